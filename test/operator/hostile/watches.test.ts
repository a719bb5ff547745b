import { expect, test } from '@jest/globals';
import { ENOUGH, grant, grantAll } from '../../harness/blueprint/accounts.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { useStand } from './stand.ts';

/** The flag of the operator, and the watches that one namespace may then have. */
const MOST = 40;

/** Connections that come and go beside watches: those of requests, and files. */
const OTHERS = 25;

const stand = useStand([`--max-watches=${2 * MOST}`]);

const SOURCE = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'Bucket' };

/** A blueprint with a layer that waits for objects of others. */
function waitingFor(dependencies: object[], more: object = {}): object {
  const layers = Array.from({ length: Math.ceil(dependencies.length / 100) }, (_, i) => ({
    ...layer(`apps-${i}`),
    dependsOnObjects: dependencies.slice(i * 100, i * 100 + 100),
  }));
  return { sources: [gitSource()], layers, ...more };
}

function names(count: number, more: object = {}): object[] {
  return Array.from({ length: count }, (_, i) => ({ ...SOURCE, name: `awaited-${i}`, ...more }));
}

/** Makes a bucket of others, and says of it that it is ready. */
async function makeReady(
  tenant: Tenant,
  name: string,
  annotations: Record<string, string> = {},
): Promise<void> {
  const spec = { interval: '10m', bucketName: 'assets', endpoint: 'storage.example.com' };
  const metadata = { name, namespace: tenant.namespace, annotations };
  await tenant.client.apply({ ...SOURCE, metadata, spec });
  await tenant.client.setReady({ ...SOURCE, namespace: tenant.namespace, name }, 'True');
}

/** Plays source-controller. */
async function openSource(tenant: Tenant, name = 'fleet'): Promise<void> {
  await tenant.untilThere('GitRepository', name);
  await tenant.client.setReady(tenant.ref('GitRepository', name), 'True');
}

test('a thousand objects of one kind share a watch, and it ends with the blueprint', async () => {
  const tenant = await Tenant.open(stand.cluster.client);
  const before = stand.operator.descriptors();
  await tenant.applyBlueprint(waitingFor(names(1000)));
  await openSource(tenant);
  await tenant.untilCondition({
    type: 'Ready',
    status: 'Unknown',
    says: /awaited-\d+, which does not exist/,
  });
  stand.operator.report('a thousand objects of one kind');
  expect(stand.operator.descriptors()).toBeLessThan(before + OTHERS);
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
});

test('a thousand objects in many namespaces take as many watches as a namespace may have, and the rest is read', async () => {
  const hostile = await Tenant.open(stand.cluster.client);
  const good = await Tenant.open(stand.cluster.client);
  await grantAll(hostile);
  const before = stand.operator.descriptors();
  const everywhere = Array.from({ length: 500 }, (_, i) => ({
    ...SOURCE,
    name: 'a',
    namespace: `elsewhere-${i}`,
  }));
  const spec = waitingFor(everywhere, { serviceAccountName: 'deployer' });
  for (const name of ['one', 'two'])
    await hostile.applyBlueprint({ ...spec, sources: [gitSource(name)] }, name);
  for (const name of ['one', 'two']) {
    await openSource(hostile, name);
    await hostile.untilCondition({ type: 'Ready', says: /which (does not exist|was not read yet)/ }, name);
  }
  await good.applyBlueprint(waitingFor(names(3)));
  await openSource(good);
  for (const i of [0, 1, 2]) await makeReady(good, `awaited-${i}`);
  await good.untilThere('Kustomization', 'apps-0');
  stand.operator.report('five hundred namespaces');
  expect(stand.operator.descriptors()).toBeLessThan(before + MOST + OTHERS);
  for (const name of ['one', 'two']) {
    await hostile.deleteBlueprint(name);
    await hostile.untilDeleted(name);
  }
  await waitFor('its watches end', () => stand.operator.descriptors() < before + OTHERS);
  expect(stand.operator.ended).toBe(false);
});

test('objects that share a watch are seen when they come, also those that are named later', async () => {
  const tenant = await Tenant.open(stand.cluster.client);
  await makeReady(tenant, 'awaited-5');
  await tenant.applyBlueprint(waitingFor(names(5)));
  await openSource(tenant);
  await tenant.untilCondition({ type: 'Ready', says: 'awaited-4, which does not exist' });
  await tenant.applyBlueprint(waitingFor(names(6)));
  for (const i of [0, 1, 2, 3]) await makeReady(tenant, `awaited-${i}`);
  const { message } = await tenant.untilCondition({
    type: 'Ready',
    says: /waits for Bucket\/\S+awaited-4, which does not exist$/,
  });
  expect(message).not.toContain('awaited-5');
  await makeReady(tenant, 'awaited-4');
  await tenant.untilThere('Kustomization', 'apps-0');
});

test('an account that may read objects and not list them has them read', async () => {
  const tenant = await Tenant.open(stand.cluster.client);
  await grant(tenant, { ...ENOUGH, 'buckets.source.toolkit.fluxcd.io': ['get'] });
  await tenant.applyBlueprint(waitingFor(names(5), { serviceAccountName: 'deployer' }));
  await openSource(tenant);
  await tenant.untilCondition({ type: 'Ready', says: 'awaited-4, which does not exist' });
  for (const i of [0, 1, 2, 3, 4]) await makeReady(tenant, `awaited-${i}`);
  await tenant.untilThere('Kustomization', 'apps-0');
});

test('an expression sees all of an object that is too large to be held', async () => {
  const tenant = await Tenant.open(stand.cluster.client);
  const note = 'x'.repeat(250_000);
  const readyExpr = `dep.metadata.annotations.note.size() == ${note.length} && dep.status.observedGeneration == 1`;
  await tenant.applyBlueprint(waitingFor(names(5, { readyExpr })));
  await openSource(tenant);
  for (const i of [0, 1, 2, 3, 4]) await makeReady(tenant, `awaited-${i}`, { note });
  await tenant.untilThere('Kustomization', 'apps-0');
});
