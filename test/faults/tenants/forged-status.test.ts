import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ObjectRef } from '../../../src/api/object.ts';
import { type Inventory, Status } from '../../../src/api/schema/status.ts';
import type { Schema } from '../../../src/core/validation/check-schema.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { chainSpec } from '../../harness/blueprint/blueprints.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { auditWrites } from '../audit/audit.ts';
import { report } from '../audit/converge.ts';
import { FaultCluster } from '../cluster/fault-cluster.ts';
import { ACCOUNT, FaultTenant } from '../cluster/fault-tenant.ts';
import { reconcileNow, untilCondition } from '../cluster/observe-tenant.ts';
import { findLeaks, openMarkedVictim, readVictim } from './marked-victim.ts';
import { type Place, KEY, buildWith, listPlaces } from './schema-fields.ts';

const VICTIM = 'victim';
const KUSTOMIZATION = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' };

let cluster: FaultCluster;
let victimBefore: Record<string, string>;

beforeAll(async () => {
  cluster = await FaultCluster.start();
  await cluster.startOperator({ args: ['--log-level', 'debug'] });
  const victim = await openMarkedVictim(cluster, VICTIM);
  await leaveBehind(victim);
  victimBefore = await readVictim(cluster, VICTIM);
});

afterAll(() => cluster.stop());

/** Has an object that a blueprint wrote and let go: it has no labels any more, and the operator's field manager. */
async function leaveBehind(tenant: FaultTenant): Promise<void> {
  const { namespace } = tenant;
  await tenant.apply(
    { layers: [{ name: 'let-go', kustomization: SOURCED }], deletionPolicy: 'Orphan' },
    'leaver',
  );
  await waitFor('the object is there', () =>
    cluster.client.cluster.get({ ...KUSTOMIZATION, namespace, name: 'let-go' }),
  );
  await tenant.delete('leaver');
  await waitFor('the blueprint is gone', async () => (await tenant.read('leaver')) === undefined);
}

const SOURCED = { sourceRef: { kind: 'GitRepository', name: 'bystander' } };

/** An attacker with a blueprint that is ready. */
async function openForger(namespace: string, account?: string): Promise<FaultTenant> {
  const tenant = await FaultTenant.open(cluster, namespace, account);
  await leaveBehind(tenant);
  await tenant.apply({ ...chainSpec('base', 'apps'), policy: { antiPatterns: 'Warn' } });
  await untilCondition(tenant, { type: 'Ready', status: 'True' });
  await reconcileNow(tenant);
  return tenant;
}

/** What the status says now, less the times, and less the past, which nobody can tell again. */
async function readStatus(tenant: FaultTenant): Promise<object> {
  const { history, lastHandledReconcileAt, conditions = [], ...status } = (await tenant.read())?.status ?? {};
  expect([typeof history, typeof lastHandledReconcileAt]).toEqual(['object', 'string']);
  const timeless = conditions.map((condition) => ({ ...condition, lastTransitionTime: '' }));
  return { ...status, conditions: timeless };
}

/** Writes into the status as somebody whom no policy stops; answers whether the API server took it. */
async function forge(tenant: FaultTenant, status: object): Promise<boolean> {
  try {
    await cluster.client.cluster.mergeStatus(tenant.ref, { status }, { fieldManager: 'forger' });
    return true;
  } catch (error) {
    if (error instanceof ClusterError && ['Invalid', 'BadRequest', 'ServerError'].includes(error.reason))
      return false;
    throw error;
  }
}

const schema = Status as unknown as Schema;

/** Values of a place that name what is the victim's, or are as far off as can be. */
function valuesFor({ steps, schema: { type, enum: words } }: Place): unknown[] {
  if (words !== undefined) return words.slice(-1);
  if (type === 'integer') return [2_000_000_000];
  if (steps.at(-1) === KEY) return [VICTIM, 'bystander'];
  return type === 'string' ? [VICTIM, 'bystander'] : [];
}

/** A forged status for each place of the schema and each value. */
function listForged(): { what: string; status: object }[] {
  const samples = { name: 'crown', beside: () => ({}) };
  return listPlaces(schema).flatMap(({ steps, schema: at }) =>
    valuesFor({ steps, schema: at }).map((value) => ({
      what: `${steps.join('.')} = ${String(value)}`,
      status: buildWith({ steps, schema }, value, samples) as object,
    })),
  );
}

/** Checks that nobody else was harmed or told of. */
async function expectNoHarm(forgers: readonly FaultTenant[]): Promise<void> {
  const namespaces = new Set(forgers.map(({ namespace }) => namespace));
  expect({
    escalations: await auditWrites(cluster),
    touched: await cluster.bystanders.findTouched(),
    leaks: await findLeaks(cluster, namespaces),
    victim: await readVictim(cluster, VICTIM),
  }).toEqual({ escalations: [], touched: [], leaks: [], victim: victimBefore });
  for (const namespace of namespaces) {
    const left = await cluster.client.cluster.get({ ...KUSTOMIZATION, namespace, name: 'let-go' });
    expect(left?.metadata.deletionTimestamp).toBeUndefined();
    expect(left).toBeDefined();
  }
}

test('whatever somebody writes into a status, the next reconcile puts it right, and nobody else is harmed', async () => {
  const forgers = [await openForger('forger'), await openForger('forger-account', ACCOUNT)];
  const forged = listForged();
  const counts = { forged: 0, 'not taken': 0 };
  for (const tenant of forgers) {
    const before = await readStatus(tenant);
    const { inventory } = (await tenant.read())?.status ?? {};
    for (const { what, status } of forged) {
      const taken = await forge(tenant, status);
      counts[taken ? 'forged' : 'not taken']++;
      if (!taken) continue;
      await reconcileNow(tenant);
      // An entry elsewhere is not deleted, and so stays: it could be an older one of the blueprint's own.
      if (Object.hasOwn(status, 'inventory')) await forge(tenant, { inventory });
      await waitFor(`${what} is put right`, async () => {
        await reconcileNow(tenant);
        expect(await readStatus(tenant)).toEqual(before);
        return true;
      });
    }
  }
  report(`${counts.forged} forged statuses (${counts['not taken']} not taken): each put right`);
  expect(counts.forged).toBeGreaterThan(2 * 50);
  await expectNoHarm(forgers);
});

/** What a forged inventory may name: of the victim, of the cluster, and what somebody let go beside the blueprint. */
function listTargets(own: string): (ObjectRef & { namespace: string })[] {
  const names = ['crown', 'bystander', 'bystander-of-nobody', 'let-go', 'missing'];
  return [
    ...names.map((name) => ({ ...KUSTOMIZATION, namespace: VICTIM, name })),
    { ...KUSTOMIZATION, namespace: own, name: 'let-go' },
    { ...KUSTOMIZATION, namespace: own, name: 'bystander' },
    { apiVersion: 'v1', kind: 'Namespace', namespace: '', name: VICTIM },
    { apiVersion: 'v1', kind: 'Secret', namespace: VICTIM, name: 'token' },
    { apiVersion: 'v1', kind: 'Secret', namespace: own, name: 'bystander' },
    { apiVersion: 'v1', kind: 'ConfigMap', namespace: own, name: 'bystander' },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', namespace: '', name: 'cluster-admin' },
    { apiVersion: 'fluxblueprint.io/v1beta1', kind: 'FluxBlueprint', namespace: VICTIM, name: 'platform' },
  ];
}

const ACCOUNTS = [
  ACCOUNT,
  'default',
  'ghost',
  '',
  `x:${VICTIM}`,
  'x\r\nImpersonate-Group: system:masters',
  // The last one: what is left of it blocks the deletion.
  undefined,
];

/** Adds the targets to an inventory, as if an account had written them, and has it reconciled. */
async function forgeInventory(tenant: FaultTenant, inventory: Inventory, account?: string): Promise<void> {
  const entries = listTargets(tenant.namespace).map(({ apiVersion, kind, namespace, name }) => ({
    apiVersion,
    kind,
    ...(account === undefined ? {} : { account }),
    namespaces: { [namespace]: { [name]: 3 } },
  }));
  await waitFor(`an inventory forged for ${account ?? 'the operator'} outlasts a reconcile`, async () => {
    expect(await forge(tenant, { inventory: [...inventory, ...entries] })).toBe(true);
    await reconcileNow(tenant);
    // What names no account that can be is dropped.
    if (account !== undefined && !/^[a-z]+$/.test(account)) return true;
    // A status that was on its way replaces what is forged, which harms nobody and proves nothing.
    const { inventory: kept = [] } = (await tenant.read())?.status ?? {};
    return kept.some(({ namespaces }) => Object.hasOwn(namespaces, VICTIM));
  });
}

test('a forged inventory has nothing deleted that the blueprint did not generate, as whomever it says', async () => {
  const forgers = [await openForger('lister'), await openForger('lister-account', ACCOUNT)];
  for (const tenant of forgers) {
    const { inventory = [] } = (await tenant.read())?.status ?? {};
    for (const account of ACCOUNTS) await forgeInventory(tenant, inventory, account);
  }
  await expectNoHarm(forgers);

  // A kind that no blueprint generates is not watched either, after a restart that reads all inventories.
  const kinds = ['ClusterRole', 'Secret', 'FluxBlueprint'];
  await cluster.operator.stop();
  const { log } = await cluster.startOperator();
  expect(log.filter(({ msg, kind }) => msg === 'watching' && kinds.includes(String(kind)))).toEqual([]);

  for (const tenant of forgers) await tenant.delete();
  for (const tenant of forgers) await untilCondition(tenant, { type: 'Ready', reason: 'DeletionBlocked' });
  await expectNoHarm(forgers);
});

test('a deletion that waits for an account does not tell what exists under the names of a forged inventory', async () => {
  const tenant = await openForger('asker', ACCOUNT);
  const { inventory = [] } = (await tenant.read())?.status ?? {};
  await tenant.deleteAccount();
  await untilCondition(tenant, { type: 'Ready', reason: 'ServiceAccountMissing' });
  const asked = { ...KUSTOMIZATION, account: ACCOUNT, namespaces: { [VICTIM]: { crown: 1, missing: 1 } } };
  expect(await forge(tenant, { inventory: [...inventory, asked] })).toBe(true);
  await tenant.delete();
  const { status } = await untilCondition(tenant, { type: 'Ready', reason: 'DeletionBlocked' });
  expect(JSON.stringify(status?.conditions)).not.toMatch(/crown|missing/);
  await expectNoHarm([tenant]);
});
