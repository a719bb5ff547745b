import { type KubeObject, type ObjectRef, splitApiVersion } from '../../api/object.ts';
import { isObject, textAt, valueAt } from '../values/json.ts';
import type { Steps } from '../values/path.ts';

const SOURCE_API = 'source.toolkit.fluxcd.io/v1';

/** Where an object of Flux says what it takes its content from. */
const REFERENCES: readonly Steps[] = [
  ['spec', 'sourceRef'],
  ['spec', 'chartRef'],
  ['spec', 'chart', 'spec', 'sourceRef'],
];

/** The source of a Kustomization or a HelmRelease; undefined for what has none. */
export function sourceRefOf(object: KubeObject): ObjectRef | undefined {
  if (!isDeployer(object)) return undefined;
  const reference = REFERENCES.map((steps) => valueAt(object, steps)).find(isObject);
  const { kind, name, namespace = object.metadata.namespace, apiVersion = SOURCE_API } = reference ?? {};
  if (typeof kind !== 'string' || typeof name !== 'string' || typeof apiVersion !== 'string')
    return undefined;
  return typeof namespace === 'string' ? { apiVersion, kind, namespace, name } : { apiVersion, kind, name };
}

/** Whether Flux deploys other objects for an object. */
export function isDeployer({ apiVersion, kind }: Pick<ObjectRef, 'apiVersion' | 'kind'>): boolean {
  const { group } = splitApiVersion(apiVersion);
  return (
    (group === 'kustomize.toolkit.fluxcd.io' && kind === 'Kustomization') ||
    (group === 'helm.toolkit.fluxcd.io' && kind === 'HelmRelease')
  );
}

/** What a deployer takes of its source: `path ./apps`, `chart podinfo 6.9.0`; empty where it is the whole. */
export function describeUse(object: KubeObject): string {
  const path = textAt(object, ['spec', 'path']);
  if (path !== undefined) return `path ${path}`;
  const chart = textAt(object, ['spec', 'chart', 'spec', 'chart']);
  const version = textAt(object, ['status', 'history', 0, 'chartVersion']);
  return chart === undefined ? '' : ['chart', chart, version ?? ''].join(' ').trim();
}

/** The address of a source, without a user and password in it, and what of it is followed. */
export function describeAddress(source: KubeObject): string {
  const url = textAt(source, ['spec', 'url']) ?? textAt(source, ['spec', 'endpoint']) ?? '';
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1').replace(/[?#].*$/s, '');
}
