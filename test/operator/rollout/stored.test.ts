import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { IN_FORCE, KIND, REVISION } from '../../../src/api/names.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { chainSpec, gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant, versionsOf } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { listRevisions, refOf, untilInForce } from './revisions.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

/** A blueprint of two layers, of which the second has an interval. */
function spec(interval: string, rollout?: object): object {
  const layers = [layer('base'), layer('apps', ['base'], { interval })];
  return { sources: [gitSource()], layers, ...(rollout === undefined ? {} : { rollout }) };
}

async function openReady(first = spec('10m')): Promise<Tenant> {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(first);
  await tenant.bringUp();
  return tenant;
}

test('each spec that compiles is stored once, numbered, owned by its blueprint, and says where it is in force', async () => {
  const tenant = await openReady();
  await tenant.applyBlueprint(spec('7m'));
  await untilInForce(tenant, 2);
  await tenant.bringUp();
  const { metadata } = await tenant.blueprint();
  const revisions = await listRevisions(tenant);
  expect(revisions).toMatchObject([
    { spec: { blueprint: 'platform', revision: 1, snapshot: spec('10m') } },
    { spec: { blueprint: 'platform', revision: 2, snapshot: spec('7m') } },
  ]);
  for (const { metadata: own, spec: stored } of revisions) {
    expect(own.name).toBe(`platform-${stored.digest.slice(7, 17)}`);
    expect(own.labels).toEqual({ [REVISION]: String(stored.revision) });
    expect(own.ownerReferences).toMatchObject([{ kind: KIND, name: 'platform', uid: metadata.uid }]);
  }
  await waitFor('the annotations say where they are in force', async () => {
    const [old, present] = await listRevisions(tenant);
    return (
      old?.metadata.annotations?.[IN_FORCE] === undefined &&
      present?.metadata.annotations?.[IN_FORCE] === 'yes'
    );
  });
});

test('the same spec again is the same revision, and what no gate holds back makes no other', async () => {
  const tenant = await openReady();
  await tenant.applyBlueprint(spec('7m'));
  await untilInForce(tenant, 2);
  await tenant.applyBlueprint({ ...spec('10m'), policy: { antiPatterns: 'Disabled' } });
  await untilInForce(tenant, 1);
  expect(await listRevisions(tenant)).toHaveLength(2);
});

test('a spec that does not compile is no revision', async () => {
  const tenant = await openReady();
  await tenant.applyBlueprint({ ...chainSpec('base'), layers: [layer('apps', ['nothing'])] });
  await tenant.untilCondition({ type: 'Stalled', status: 'True' });
  expect(await listRevisions(tenant)).toHaveLength(1);
  expect((await tenant.status()).revision).toBe(1);
});

test('so many are kept as the blueprint says, beside the one in force', async () => {
  const tenant = await openReady(spec('1m', { revisionHistoryLimit: 2 }));
  for (const minutes of [2, 3, 4, 5]) {
    await tenant.applyBlueprint(spec(`${minutes}m`, { revisionHistoryLimit: 2 }));
    await untilInForce(tenant, minutes);
  }
  await waitFor('the oldest are gone', async () => {
    const numbers = (await listRevisions(tenant)).map(({ spec: { revision } }) => revision);
    return numbers.join() === '3,4,5';
  });
  await tenant.applyBlueprint(spec('1m', { revisionHistoryLimit: 0 }));
  await untilInForce(tenant, 6);
  await waitFor('only the one in force is left', async () => (await listRevisions(tenant)).length === 1);
});

test('a blueprint of before, with a status and no revision, is taken up without a change of any object', async () => {
  const tenant = await openReady();
  await cluster.operator.stop();
  const before = versionsOf(await tenant.generated());
  await tenant.client.cluster.mergeStatus(
    tenant.blueprintRef(),
    { status: { revision: null, inForce: null } },
    { fieldManager: 'former-operator' },
  );
  for (const { metadata } of await listRevisions(tenant))
    await tenant.client.cluster.delete(refOf(tenant, metadata.name));
  await cluster.restartOperator();
  await untilInForce(tenant, 1);
  await tenant.reconcileNow();
  expect(await listRevisions(tenant)).toHaveLength(1);
  expect(versionsOf(await tenant.generated())).toEqual(before);
});

test('a revision that somebody deletes is stored again, under its number', async () => {
  const tenant = await openReady();
  await tenant.applyBlueprint(spec('7m'));
  await untilInForce(tenant, 2);
  const present = (await listRevisions(tenant)).find(({ spec: { revision } }) => revision === 2);
  await tenant.client.cluster.delete(refOf(tenant, present?.metadata.name ?? ''));
  await waitFor('it is there again', async () => {
    const again = (await listRevisions(tenant)).find(({ spec: { revision } }) => revision === 2);
    return again !== undefined && again.metadata.uid !== present?.metadata.uid;
  });
});

test('a deletion leaves no revision behind', async () => {
  const tenant = await openReady();
  expect(await listRevisions(tenant)).toHaveLength(1);
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  expect(await listRevisions(tenant)).toEqual([]);
});
