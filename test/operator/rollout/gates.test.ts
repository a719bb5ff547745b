import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant, versionsOf } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';
import {
  intervalOf,
  markReady,
  markStagingReady,
  openReady,
  staged,
  untilInterval,
} from '../environments/staged.ts';
import { approve, rolloutIn, underRollout, untilInForce, untilWaits } from './revisions.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

/** A blueprint of two layers that have an interval, whose changes wait for an approval unless told otherwise. */
const spec = (interval: string, rollout: object = { approval: 'Manual' }, names?: string[]): object =>
  underRollout(interval, rollout, names);

/** A tenant whose blueprint was installed without a gate, and is ready. */
async function openInstalled(): Promise<Tenant> {
  return openReady(cluster.client, spec('10m', {}));
}

test('a change waits for the approval of its plan, and the blueprint stays ready meanwhile', async () => {
  const tenant = await openInstalled();
  const before = versionsOf(await tenant.generated());
  await tenant.applyBlueprint(spec('7m'));
  const { plan, revision } = await untilWaits(tenant, 'Approval');
  expect(revision).toBe(1);
  expect(plan).toMatchObject({ create: 0, update: 2, delete: 0 });
  const { conditions = [] } = await tenant.status();
  expect(conditions.map(({ type, status }) => `${type} ${status}`)).toEqual(['Ready True']);
  expect(conditions[0]?.message).toContain(
    `revision 1 in force; revision 2 waits: approval of plan ${plan?.digest.slice(7, 13) ?? ''} (2 to change)`,
  );
  expect(versionsOf(await tenant.generated())).toEqual(before);
  await approve(tenant, plan?.digest);
  await untilInForce(tenant, 2);
  await untilInterval(tenant, 'apps', '7m');
});

test('an approval is for the plan that was seen: after another change nothing of either is applied', async () => {
  const tenant = await openInstalled();
  await tenant.applyBlueprint(spec('7m'));
  const first = await untilWaits(tenant, 'Approval');
  await cluster.operator.stop();
  await approve(tenant, first.plan?.digest);
  await tenant.applyBlueprint(spec('8m'));
  await cluster.restartOperator();
  const second = await untilWaits(tenant, 'Approval');
  expect(second.plan?.digest).not.toBe(first.plan?.digest);
  await tenant.reconcileNow();
  expect(await intervalOf(tenant, 'apps')).toBe('10m');
  await approve(tenant, first.plan?.digest);
  await waitFor('the wrong approval is told of', async () => {
    return (await tenant.status()).waitsFor?.message.includes('does not count: it is of plan') === true;
  });
  expect(await intervalOf(tenant, 'apps')).toBe('10m');
  await approve(tenant, second.plan?.digest);
  await untilInterval(tenant, 'apps', '8m');
});

test('an approval that comes while the operator is down counts when it is back', async () => {
  const tenant = await openInstalled();
  await tenant.applyBlueprint(spec('7m'));
  const { plan } = await untilWaits(tenant, 'Approval');
  await cluster.operator.stop();
  await approve(tenant, plan?.digest);
  await cluster.restartOperator();
  await untilInterval(tenant, 'apps', '7m');
});

test('two who approve at once do not undo each other', async () => {
  const tenant = await openReady(cluster.client, staged());
  const manual = { rollout: { approval: 'Manual' } };
  await tenant.applyBlueprint({ ...staged({ interval: '7m' }), ...manual });
  const staging = await untilWaits(tenant, 'Approval', 'staging');
  const production = rolloutIn(await tenant.status(), 'production');
  await Promise.all([
    approve(tenant, staging.plan?.digest, { environment: 'staging', by: 'ada' }),
    approve(tenant, production.plan?.digest, { environment: 'production', by: 'bob' }),
  ]);
  await untilInterval(tenant, 'apps-staging', '7m');
  await markStagingReady(tenant);
  await untilInterval(tenant, 'apps', '7m');
});

test('an approval that does not say whose it is, or that is for no environment, is ignored and told of', async () => {
  const tenant = await openInstalled();
  await tenant.applyBlueprint(spec('7m'));
  const { plan } = await untilWaits(tenant, 'Approval');
  await approve(tenant, plan?.digest, { by: '' });
  await waitFor('it is told of', async () => {
    return (await tenant.status()).waitsFor?.message.includes('does not say `by` whom') === true;
  });
  await approve(tenant, plan?.digest, { environment: 'producton' });
  await waitFor('an event tells of it', async () => {
    return (await tenant.events()).some(({ note }) => note.includes('the blueprint has no such environment'));
  });
  expect(await intervalOf(tenant, 'apps')).toBe('10m');
});

test('going back to a revision that was in force needs no new approval', async () => {
  const tenant = await openInstalled();
  await tenant.applyBlueprint(spec('7m'));
  const { plan } = await untilWaits(tenant, 'Approval');
  await approve(tenant, plan?.digest);
  await untilInForce(tenant, 2);
  await tenant.applyBlueprint(spec('10m'));
  await untilInForce(tenant, 1);
  await untilInterval(tenant, 'apps', '10m');
});

test('a first installation waits for its approval too, and is not said to be ready', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(spec('10m'));
  const { plan } = await untilWaits(tenant, 'Approval');
  expect(await tenant.generated()).toEqual([]);
  const { conditions = [], summary } = await tenant.status();
  expect(conditions).toMatchObject([{ type: 'Ready', status: 'Unknown', reason: 'Waiting' }]);
  expect(summary).toMatchObject({ total: 3, blocked: 3 });
  await approve(tenant, plan?.digest);
  await tenant.bringUp();
});

const TWELVE = Array.from({ length: 12 }, (_, i) => `app-${i}`);

test.each([
  ['an emptied list of layers', { ...spec('10m', {}), layers: [] }],
  ['a list of which most is gone', spec('10m', {}, TWELVE.slice(0, 1))],
  ['a source that delivers an empty blueprint', { deletionPolicy: 'Delete' }],
])('nothing is deleted by %s without an approval', async (_, emptied) => {
  const tenant = await openReady(cluster.client, spec('10m', {}, TWELVE));
  const before = versionsOf(await tenant.generated());
  await tenant.applyBlueprint(emptied);
  const { plan } = await untilWaits(tenant, 'MaxDeletions');
  await tenant.reconcileNow();
  expect(versionsOf(await tenant.generated())).toEqual(before);
  await tenant.untilCondition({ type: 'Ready', status: 'True', says: 'as it would delete' });
  await approve(tenant, plan?.digest);
  await waitFor('the rest is gone', async () => (await tenant.generatedNames()).length < 4);
});

test('nothing is deleted by a renamed environment without an approval', async () => {
  // Each with paths of its own: what deploys the same only moves.
  const named = (name: string): object => ({
    name,
    layers: ['base', 'apps'].map((one) => ({ name: one, path: `./${name}/${one}` })),
  });
  const tenant = await openReady(cluster.client, staged({}, [named('staging')]));
  const before = versionsOf(await tenant.generated());
  await tenant.applyBlueprint(staged({}, [named('stage')]));
  const waits = await untilWaits(tenant, 'MaxDeletions', 'staging');
  expect(waits.plan).toMatchObject({ create: 0, update: 0, delete: 2 });
  await tenant.bringUp();
  // The next look at it, and a further change, find the other environment there.
  await tenant.reconcileNow();
  expect(versionsOf(await tenant.generated())).toMatchObject(before);
  await tenant.applyBlueprint(staged({ interval: '7m' }, [named('stage')]));
  await untilInterval(tenant, 'apps-stage', '7m');
  expect(versionsOf(await tenant.generated())).toMatchObject(before);
  const { plan } = await untilWaits(tenant, 'MaxDeletions', 'staging');
  await approve(tenant, plan?.digest, { environment: 'staging' });
  await tenant.untilGone('Kustomization', 'apps-staging');
  await tenant.bringUp();
  expect((await tenant.status()).environments).toMatchObject([{ name: 'stage' }]);
});

test('a change that deletes no more than it may goes on by itself', async () => {
  const tenant = await openReady(cluster.client, spec('10m', {}, TWELVE));
  await tenant.applyBlueprint(spec('10m', { maxDeletions: 11 }, TWELVE.slice(0, 1)));
  await waitFor('the rest is gone', async () => (await tenant.generatedNames()).length === 2);
});

test('a change waits for what it requires, and goes on when that is there', async () => {
  const tenant = await openInstalled();
  const requires = [
    { apiVersion: 'v1', kind: 'ConfigMap', name: 'smoke-test', readyExpr: "dep.data.result == 'passed'" },
  ];
  await tenant.applyBlueprint(spec('7m', { requires }));
  const { waitsFor } = await untilWaits(tenant, 'Requires');
  expect(waitsFor?.message).toContain(`ConfigMap/${tenant.namespace}/smoke-test`);
  const configMap = (result: string): object => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'smoke-test', namespace: tenant.namespace },
    data: { result },
  });
  await tenant.client.apply(configMap('failed'));
  await tenant.reconcileNow();
  expect(await intervalOf(tenant, 'apps')).toBe('10m');
  await tenant.client.apply(configMap('passed'));
  await untilInterval(tenant, 'apps', '7m');
});

test('drift is repaired while a change waits, to what is in force, and what stops an object does not wait', async () => {
  const tenant = await openInstalled();
  await tenant.applyBlueprint(spec('7m'));
  await untilWaits(tenant, 'Approval');
  await cluster.restartOperator();
  await tenant.patch(tenant.ref('Kustomization', 'apps'), { spec: { interval: '1m' } });
  await untilInterval(tenant, 'apps', '10m');
  await tenant.client.cluster.delete(tenant.ref('Kustomization', 'base'));
  await tenant.untilThere('Kustomization', 'base');
  expect(await intervalOf(tenant, 'base')).toBe('10m');
  const layers = [
    layer('base', [], { interval: '7m' }),
    layer('apps', [], { interval: '7m', suspend: true }),
  ];
  await tenant.applyBlueprint({ ...spec('7m'), layers });
  await waitFor('it is suspended as it was', async () => {
    const { spec: found } = await tenant.get('Kustomization', 'apps');
    return JSON.stringify(found).includes('"suspend":true');
  });
  expect(await intervalOf(tenant, 'apps')).toBe('10m');
});

/** A window that is open for so long from now on, and denies or allows. */
function window(kind: 'Allow' | 'Deny', ms: number): object {
  const [from, until] = [Date.now() - 60_000, Date.now() + ms].map((time) => new Date(time).toISOString());
  return { name: 'now', kind, from, until, reason: 'a test' };
}

test('a change waits while a window denies it, and comes in force when that closes', async () => {
  const tenant = await openInstalled();
  await tenant.applyBlueprint(spec('7m', { windows: [window('Deny', 8_000)] }));
  const { waitsFor } = await untilWaits(tenant, 'Window');
  expect(waitsFor?.message).toContain('changes are denied by now (a test)');
  expect(await intervalOf(tenant, 'apps')).toBe('10m');
  await untilInterval(tenant, 'apps', '7m');
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(waitsFor?.opens ?? ''));
});

test('a window that closes in the middle lets what has begun be finished, and keeps back what has not', async () => {
  const windows = [window('Allow', 10_000)];
  const environments = [{ name: 'staging' }, { name: 'production', suffix: '', after: 'staging' }];
  const tenant = await openReady(cluster.client, staged({}, environments));
  await tenant.applyBlueprint({ ...staged({ interval: '7m' }, environments), rollout: { windows } });
  await untilInForce(tenant, 2, 'staging');
  await untilWaits(tenant, 'After', 'production');
  await cluster.operator.stop();
  await tenant.patch(tenant.ref('Kustomization', 'apps-staging'), { spec: { interval: '1m' } });
  await waitFor(
    'the window is closed',
    () => Date.now() > Date.parse((windows[0] as { until: string }).until),
  );
  await cluster.restartOperator();
  await untilInterval(tenant, 'apps-staging', '7m');
  await markReady(tenant, 'apps-staging');
  await untilWaits(tenant, 'Window', 'production');
  expect(await intervalOf(tenant, 'apps')).toBe('10m');
  const { status } = (await tenant.untilCondition({ type: 'Ready', status: 'True' })) as { status: string };
  expect(status).toBe('True');
});

test('an approval may open a window too', async () => {
  const tenant = await openInstalled();
  await tenant.applyBlueprint(spec('7m', { windows: [window('Deny', 3_600_000)] }));
  const { plan } = await untilWaits(tenant, 'Window');
  await approve(tenant, plan?.digest);
  await tenant.reconcileNow();
  expect(await intervalOf(tenant, 'apps')).toBe('10m');
  await approve(tenant, plan?.digest, { overrides: ['Window'] });
  await untilInterval(tenant, 'apps', '7m');
});
