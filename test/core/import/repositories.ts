import { readRepository } from '../../../src/core/import/clusters/repository.ts';
import { type Imported, importRepository } from '../../../src/core/import/import-repository.ts';
import type { Depth } from '../../../src/core/import/clusters/to-cluster.ts';

/** Imports files that are given by their paths. */
export function importFiles(files: Readonly<Record<string, string>>, depth: Depth = 'all'): Imported {
  const repository = readRepository(Object.entries(files).map(([path, text]) => ({ path, text })));
  return importRepository(repository, new Map(), { depth, namespace: 'flux-system' });
}

/** The text of the only blueprint. */
export function onlyText({ blueprints }: Imported): string {
  const [first, ...more] = blueprints;
  if (first === undefined || more.length > 0) throw new Error(`there are ${blueprints.length} blueprints`);
  return first.text;
}

/** An object as a document. */
export function objectText(kind: string, name: string, spec: string, namespace = 'flux-system'): string {
  const [apiVersion = ''] = Object.entries(API_VERSIONS).find(([, kinds]) => kinds.includes(kind)) ?? [];
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: ${spec}\n---\n`;
}

const API_VERSIONS: Readonly<Record<string, readonly string[]>> = {
  'kustomize.toolkit.fluxcd.io/v1': ['Kustomization'],
  'helm.toolkit.fluxcd.io/v2': ['HelmRelease'],
  'source.toolkit.fluxcd.io/v1': ['GitRepository', 'OCIRepository', 'HelmRepository', 'Bucket', 'HelmChart'],
  'notification.toolkit.fluxcd.io/v1beta3': ['Provider', 'Alert'],
  'notification.toolkit.fluxcd.io/v1': ['Receiver'],
  'image.toolkit.fluxcd.io/v1': ['ImageRepository', 'ImagePolicy', 'ImageUpdateAutomation'],
  'external-secrets.io/v1': ['ExternalSecret', 'ClusterSecretStore'],
};
