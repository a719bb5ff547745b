import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/api/object.ts';
import { refusal } from '../harness/api-server/environment.ts';
import { applyAll, installDefault, startInstallCluster, type InstallCluster } from './cluster.ts';
import { buildKustomization, findObject } from './kustomize.ts';

let environment: InstallCluster;
let installed: KubeObject[];

beforeAll(async () => {
  environment = await startInstallCluster();
  installed = await installDefault(environment.admin);
});

afterAll(() => environment.stop());

/** The pod that the Deployment would create; here no controller does. */
function toPod(name: string, change: object = {}): KubeObject {
  const { spec } = findObject(installed, 'Deployment', 'fluxblueprint-controller');
  const { template } = spec as { template: { metadata: object; spec: object } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, name, namespace: 'fluxblueprint-system' },
    spec: { ...template.spec, ...change },
  };
}

test('an empty cluster with Flux takes every object of the installation', () => {
  expect(installed.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'Namespace fluxblueprint-system',
    'CustomResourceDefinition fluxblueprintrevisions.fluxblueprint.io',
    'CustomResourceDefinition fluxblueprints.fluxblueprint.io',
    'ServiceAccount fluxblueprint-controller',
    'Role fluxblueprint-leader-election',
    'ClusterRole fluxblueprint-admin',
    'ClusterRole fluxblueprint-approve',
    'ClusterRole fluxblueprint-controller',
    'ClusterRole fluxblueprint-edit',
    'ClusterRole fluxblueprint-generate',
    'ClusterRole fluxblueprint-tenant',
    'ClusterRole fluxblueprint-view',
    'RoleBinding fluxblueprint-leader-election',
    'ClusterRoleBinding fluxblueprint-controller',
    'ClusterRoleBinding fluxblueprint-controller-admin',
    'ClusterRoleBinding fluxblueprint-controller-generate',
    'Deployment fluxblueprint-controller',
    'PodDisruptionBudget fluxblueprint-controller',
    'ValidatingAdmissionPolicy fluxblueprint-components',
    'ValidatingAdmissionPolicyBinding fluxblueprint-components',
    'NetworkPolicy fluxblueprint-controller',
  ]);
});

test('installing it again changes nothing', async () => {
  const again = await applyAll(environment.admin, await buildKustomization('default'));
  const versions = (objects: KubeObject[]) =>
    objects
      // The API server itself writes the status of a CRD after the apply.
      .filter(({ kind }) => kind !== 'CustomResourceDefinition')
      .map(({ metadata }) => metadata.resourceVersion);
  expect(versions(again)).toEqual(versions(installed));
});

test('the namespace admits the pod, and refuses one that shares the network of its node', async () => {
  const { cluster } = environment.admin;
  const options = { fieldManager: 'test', dryRun: true };
  expect(await cluster.apply(toPod('as-deployed'), options)).toMatchObject({ kind: 'Pod' });
  const refused = await refusal(cluster.apply(toPod('on-node', { hostNetwork: true }), options));
  expect(refused.reason).toBe('Forbidden');
  expect(refused.message).toContain('violates PodSecurity "restricted:latest"');
});

test('the samples are accepted', async () => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flux-system' } };
  await applyAll(environment.admin, [namespace]);
  const stored = await applyAll(environment.admin, await buildKustomization('samples'));
  const blueprints = stored.filter(({ kind }) => kind === 'FluxBlueprint');
  expect(blueprints.map(({ metadata }) => metadata.name)).toEqual(['platform', 'shop']);
});

test('a misspelt field of a blueprint is refused', async () => {
  const blueprint = findObject(await buildKustomization('samples'), 'FluxBlueprint', 'shop');
  const misspelt = { ...blueprint, spec: { ...(blueprint['spec'] as object), layer: [] } };
  const refused = await refusal(
    environment.admin.cluster.apply(misspelt, { fieldManager: 'test', dryRun: true }),
  );
  expect(refused.message).toContain('layer');
});
