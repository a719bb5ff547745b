import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { API_VERSION, FINALIZER, KIND } from '../../../src/api/names.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

function blueprint(namespace: string, layer: object, finalizers?: string[]): object {
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name: 'site', namespace, ...(finalizers === undefined ? {} : { finalizers }) },
    spec: {
      sources: [{ name: 'fleet', git: { url: 'https://example.com/fleet', ref: { branch: 'main' } } }],
      layers: [{ name: 'apps', ...layer }],
    },
  };
}

test('whoever applies blueprints server-side, as Flux does, can empty a block and a map of it', async () => {
  const { client } = cluster;
  const namespace = await client.makeNamespace('emptied');
  await client.apply(blueprint(namespace, { kustomization: { postBuild: { substitute: { A: 'a' } } } }));
  await client.apply(blueprint(namespace, { kustomization: { postBuild: { substitute: {} } } }));
  await client.apply(blueprint(namespace, { kustomization: {} }));
  const value = await waitFor('the Kustomization has no variables', async () => {
    const [live] = await client.list('kustomize.toolkit.fluxcd.io', 'Kustomization', namespace);
    const spec = live?.['spec'] as { path?: string; postBuild?: unknown } | undefined;
    return spec !== undefined && spec.postBuild === undefined && spec;
  });
  expect(value.path).toBe('./apps');
});

test('a blueprint that a backup brought back with our finalizer can be deleted', async () => {
  const { client } = cluster;
  const namespace = await client.makeNamespace('restored');
  await client.apply(blueprint(namespace, { kustomization: {} }, [FINALIZER]), 'velero');
  await waitFor('the Kustomization is there', async () => {
    const found = await client.list('kustomize.toolkit.fluxcd.io', 'Kustomization', namespace);
    return found.length > 0;
  });
  await client.cluster.delete({ apiVersion: API_VERSION, kind: KIND, namespace, name: 'site' });
  await waitFor(
    'the blueprint is gone',
    async () => (await client.blueprint(namespace, 'site')) === undefined,
  );
  expect(await client.list('kustomize.toolkit.fluxcd.io', 'Kustomization', namespace)).toEqual([]);
});
