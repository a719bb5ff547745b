import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FINALIZER, FINALIZER_MANAGER, KIND, STATUS_MANAGER, VERSION } from '../../../src/api/names.ts';
import { type KubeObject, refOf } from '../../../src/api/object.ts';
import { CRD_VARIANTS, crdOf } from '../../harness/api-server/crd-variants.ts';
import { TestClient } from '../../harness/api-server/client.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { sharedControlPlane } from '../../harness/jest/shared-control-plane.ts';
import { waitFor } from '../../harness/wait-for.ts';

// A CRD of a group of its own: no operator looks at it, and it may change while other tests run.
const GROUP = 'former-crd.test.fluxblueprint.io';
const [shipped, former] = CRD_VARIANTS;
let client: TestClient;

beforeAll(async () => {
  client = await TestClient.connect(sharedControlPlane().kubeconfigPath);
  if (former === undefined) throw new Error('there is no former CRD');
  await client.apply(await crdOf({ ...former, group: GROUP }));
  await waitFor('the former CRD is served', async () => {
    await client.discovery.refresh();
    return client.discovery.find(GROUP, KIND) !== undefined;
  });
});

afterAll(() => client.close());

/** A blueprint of one layer with these components. */
function blueprint(components: readonly string[], path = './apps'): KubeObject {
  const layers = [{ name: 'apps', components: components.map((name) => ({ ...layer(name), path })) }];
  return {
    apiVersion: `${GROUP}/${VERSION}`,
    kind: KIND,
    metadata: { name: 'former', namespace: 'default' },
    spec: { sources: [gitSource()], layers },
  };
}

/** What the owners of a blueprint's fields own below its components. */
function ownersBelowComponents({ metadata }: KubeObject): string[] {
  return (metadata.managedFields ?? [])
    .filter((entry) => JSON.stringify(entry).includes('"k:{\\"name\\":\\"shop\\"}"'))
    .map(({ manager = '' }) => manager);
}

test('what was stored under a CRD with owners of each component goes on under this one', async () => {
  const stored = await client.apply(blueprint(['shop', 'blog']), 'kubectl');
  expect(ownersBelowComponents(stored)).toEqual(['kubectl']);

  await client.apply(await crdOf({ ...shipped, group: GROUP }));
  await waitFor('the CRD of today is in force', async () => {
    const tried = await client.cluster.apply(blueprint(['shop', 'blog'], './tried'), {
      fieldManager: 'kubectl',
      dryRun: true,
    });
    return ownersBelowComponents(tried).length === 0;
  });

  const read = await client.cluster.get(refOf(stored));
  expect(read?.['spec']).toEqual(stored['spec']);

  const meta = { name: 'former', namespace: 'default' };
  const { apiVersion } = stored;
  const marked = { apiVersion, kind: KIND, metadata: { ...meta, finalizers: [FINALIZER] } };
  await client.apply(marked, FINALIZER_MANAGER);
  const status = { observedGeneration: 1 };
  const told = { apiVersion, kind: KIND, metadata: meta, status } as KubeObject;
  await client.cluster.applyStatus(told, { fieldManager: STATUS_MANAGER });

  const changed = await client.apply(blueprint(['shop'], './new'), 'kubectl');
  expect(changed).toMatchObject({ ...blueprint(['shop'], './new'), status });
  expect(ownersBelowComponents(changed)).toEqual([]);
  await client.apply({ ...marked, metadata: meta }, FINALIZER_MANAGER);
  expect(await client.cluster.delete(refOf(stored))).toBe(true);
});
