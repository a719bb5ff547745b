import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { API_VERSION, KIND, SHARD_KEY } from '../../../src/api/names.ts';
import { type KubeObject, refOf } from '../../../src/api/object.ts';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import { mapConcurrently } from '../../../src/operator/context/map-concurrently.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { auditWrites } from '../audit/audit.ts';
import { findStrays } from '../audit/strays.ts';
import { chooseSeed, report } from '../audit/converge.ts';
import { FaultCluster } from '../cluster/fault-cluster.ts';
import { ACCOUNT, FaultTenant } from '../cluster/fault-tenant.ts';
import { type FieldAttempt, listFieldAttempts } from './field-attempts.ts';
import { findLeaks, openMarkedVictim, readVictim } from './marked-victim.ts';

const VICTIM = 'victim';
const CONCURRENCY = 8;

/** How the operator runs, by the shard that it has. */
const MODES: Readonly<Record<string, string[]>> = {
  plain: [],
  policies: ['--no-cross-namespace-refs', '--anti-patterns=Enforce'],
  lockdown: ['--require-service-account', '--no-cross-namespace-refs'],
};

/** Whose blueprint it is: without an account, with one of few rights, or with one that is bound and does not exist. */
const WHOSE = ['nobody', 'somebody', 'ghost'] as const;

let cluster: FaultCluster;
const attackers = new Map<string, FaultTenant>();

beforeAll(async () => {
  cluster = await FaultCluster.start();
  await cluster.startOperator({ args: ['--log-level', 'debug'] });
  await openMarkedVictim(cluster, VICTIM);
  for (const [mode, args] of Object.entries(MODES)) {
    await cluster.startOperator({ args: [...args, '--shard-key', mode, '--log-level', 'debug'] });
    for (const whose of WHOSE) {
      const tenant = await FaultTenant.open(
        cluster,
        `${mode}-${whose}`,
        whose === 'somebody' ? ACCOUNT : undefined,
      );
      if (whose === 'ghost') await tenant.grant();
      attackers.set(tenant.namespace, tenant);
    }
  }
  await lockDown();
});

afterAll(() => cluster.stop());

/** Installs config/policy for the namespaces of the lock-down alone: the others have to do without. */
async function lockDown(): Promise<void> {
  const names = WHOSE.map((whose) => `lockdown-${whose}`);
  const values = { key: 'kubernetes.io/metadata.name', operator: 'In', values: names };
  const matchResources = { namespaceSelector: { matchExpressions: [values] } };
  for (const file of ['status', 'finalizer', 'labels']) {
    const text = await readFile(new URL(`../../../config/policy/${file}.yaml`, import.meta.url), 'utf8');
    for (const document of parseAllDocuments(text)) {
      const object = document.toJS() as KubeObject;
      const bound = object.kind.endsWith('Binding') ? { matchResources } : {};
      await cluster.client.apply({ ...object, spec: { ...(object['spec'] as object), ...bound } });
    }
  }
}

/** A blueprint of an attempt. */
interface Try {
  attempt: FieldAttempt;
  manifest: KubeObject;
}

/** Gives each attempt to another attacker than the one before, so that every field meets several. */
function plan(attempts: readonly FieldAttempt[], seed: number): Try[] {
  const namespaces = [...attackers.keys()];
  return attempts.map((attempt, i) => {
    const namespace = namespaces[(i + Math.floor(i / namespaces.length) + seed) % namespaces.length] ?? '';
    const [shard = '', whose] = namespace.split('-');
    const name = `try-${i}`;
    const account = whose === 'nobody' ? {} : { serviceAccountName: ACCOUNT };
    const metadata = { name, namespace, labels: { [SHARD_KEY]: shard } };
    const spec = { ...account, ...attempt.spec({ name, victim: VICTIM }) };
    return { attempt, manifest: { apiVersion: API_VERSION, kind: KIND, metadata, spec } };
  });
}

/** Applies the blueprint; answers whether the API server took it. */
async function launch({ attempt, manifest }: Try): Promise<boolean> {
  try {
    await cluster.applyBlueprint(manifest);
    return true;
  } catch (error) {
    const refused = ['Invalid', 'BadRequest', 'ServerError', 'TooLarge'];
    if (error instanceof ClusterError && refused.includes(error.reason)) return false;
    throw new Error(`${attempt.what}: ${String(error)}`, { cause: error });
  }
}

/** Waits until the operators have told the state of each blueprint, and counts what came of them. */
async function countOutcomes(taken: number): Promise<Record<string, number>> {
  const counts = await waitFor(
    'each blueprint has an outcome',
    async () => {
      const all = (await cluster.client.list('fluxblueprint.io', KIND)) as unknown as Blueprint[];
      const tries = all.filter(({ metadata }) => attackers.has(metadata.namespace ?? ''));
      const outcomes = tries.flatMap((blueprint) => outcomeOf(blueprint) ?? []);
      if (outcomes.length === taken)
        return Object.fromEntries(
          [...Map.groupBy(outcomes, (outcome) => outcome)].map(([outcome, list]) => [outcome, list.length]),
        );
      throw new Error(`${outcomes.length} of ${taken}`);
    },
    { boundMs: 300_000, everyMs: 500 },
  );
  return counts;
}

function outcomeOf({ metadata, status }: Blueprint): string | undefined {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready === undefined || ready.observedGeneration !== metadata.generation) return undefined;
  return { True: 'refers', False: 'refused', Unknown: 'held' }[ready.status];
}

/** The namespaces of attackers whose account does not exist: nothing may be written for them. */
function isNobodys(namespace: string): boolean {
  return /-ghost$|^lockdown-nobody$/.test(namespace);
}

async function audit(): Promise<Record<string, string[]>> {
  return {
    escalations: await auditWrites(cluster),
    strays: await findStrays(cluster.client, isNobodys),
    touched: await cluster.bystanders.findTouched(),
    leaks: await findLeaks(cluster, new Set(attackers.keys())),
  };
}

const NOTHING = { escalations: [], strays: [], touched: [], leaks: [] };

test('no field of a blueprint reaches or tells of another namespace, whatever is written into it', async () => {
  const seed = chooseSeed(0);
  const before = await readVictim(cluster, VICTIM);
  const toldVictim = (await findLeaks(cluster, new Set([VICTIM]))).map((told) =>
    told.slice(0, told.indexOf(':')),
  );
  expect(toldVictim).toEqual(expect.arrayContaining([`FluxBlueprint ${VICTIM}/platform`]));
  const tries = plan(listFieldAttempts(2, seed), seed);
  expect(tries.length).toBeGreaterThan(400);
  const taken = await mapConcurrently(tries, CONCURRENCY, launch);
  const counts = await countOutcomes(taken.filter(Boolean).length);
  const outcomes = { ...counts, 'not taken': taken.filter((one) => !one).length };
  const found = await audit();
  const what = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  const numbers = Object.entries(found).map(([kind, list]) => `${kind} ${list.length}`);
  report(`${tries.length} attempts (${what.join(', ')}): ${numbers.join(', ')}`);
  expect(found).toEqual(NOTHING);
  expect(await readVictim(cluster, VICTIM)).toEqual(before);
  // An attempt that ends before it begins shows nothing.
  expect(Object.keys(outcomes).sort()).toEqual(['held', 'not taken', 'refers', 'refused']);

  const left = tries.filter((_, i) => taken[i] === true);
  await mapConcurrently(left, CONCURRENCY, ({ manifest }) => cluster.deleteBlueprint(refOf(manifest)));
  await waitFor(
    'the blueprints are gone',
    async () => {
      const all = await cluster.client.list('fluxblueprint.io', KIND);
      if (all.length === 1) return true;
      throw new Error(
        `${all.length} are left: ${all
          .slice(0, 5)
          .map(({ metadata }) => metadata.name)
          .join(', ')}`,
      );
    },
    { boundMs: 300_000, everyMs: 500 },
  );
  expect(await audit()).toEqual(NOTHING);
  expect(await readVictim(cluster, VICTIM)).toEqual(before);
});
