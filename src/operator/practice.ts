import { KIND } from '../api/names.ts';
import { objectId } from '../api/object.ts';
import type { DesiredState } from '../core/desired.ts';
import { type Finding, type Observed, applyPolicy, enforcementOf, lint } from '../core/lint/index.ts';
import { findDataKeys, findOtherManagers, findSuspendedSince } from '../core/managers.ts';
import { ClusterError } from '../ports/cluster.ts';
import { DEFAULT_CONCURRENCY } from './apply.ts';
import { type Pass, wakeAfter } from './pass.ts';
import { mapConcurrently } from './pool.ts';
import type { Lookup, Practice, PracticeMemory } from './practice-memory.ts';

/** How long an answer counts of whether something of others is there, in milliseconds: it is not watched. */
const LOOKUP_LIFETIME_MS = 300_000;

/** How soon what is missing is asked for again, in milliseconds; the longer it is missing, the later, up to the above. */
const MISSING_RETRY_MS = 5_000;

/** How often bad practice is looked for while the blueprint stays the same, in milliseconds. */
const LOOK_EVERY_MS = 60_000;

/**
 * Looks for bad practice, in the blueprint and in what it refers to: when the blueprint changes, when somebody asks
 * for a reconcile, once a minute at most otherwise, and soon again for what is missing.
 */
export async function judgePractice(pass: Pass, desired: DesiredState): Promise<Practice> {
  const { antiPatterns: floor } = pass.deps.settings;
  if (enforcementOf(pass.blueprint.spec.policy, floor) === 'Disabled') return { findings: [], refused: [] };
  const memory = pass.memory.practice;
  const now = pass.deps.clock.monotonic();
  const last = lastOf(pass, desired);
  const asked = last?.asked ?? findAsked(pass, desired);
  const due = asked.filter((key) => isDue(memory.lookups.get(key), now, last === undefined));
  await lookUp(pass, due, now);
  wakeForMissing(pass, asked, now);
  if (last !== undefined && due.length === 0 && now - last.at < LOOK_EVERY_MS) return last.practice;
  const practice = judge(pass, desired);
  memory.last = { desired, at: now, asked, practice };
  return practice;
}

/** Whether bad practice refuses the blueprint. */
export function isEnforced({ blueprint, deps }: Pass): boolean {
  return enforcementOf(blueprint.spec.policy, deps.settings.antiPatterns) === 'Enforce';
}

/** What was judged last, where that was the same and nobody asks for a reconcile. */
function lastOf(pass: Pass, desired: DesiredState): PracticeMemory['last'] {
  const { last } = pass.memory.practice;
  return pass.requested || last?.desired !== desired ? undefined : last;
}

function judge(pass: Pass, desired: DesiredState): Practice {
  const { findings, refused } = applyPolicy(
    run(pass, desired, new Set()),
    pass.blueprint.spec.policy,
    pass.deps.settings.antiPatterns,
  );
  return { findings, refused: refused.map(({ rule, path, message }) => ({ rule, path, message })) };
}

/** What the rules ask of the cluster. */
function findAsked(pass: Pass, desired: DesiredState): string[] {
  const asked = new Set<string>();
  run(pass, desired, asked);
  return [...asked];
}

function run(pass: Pass, desired: DesiredState, asked: Set<string>): Finding[] {
  const { lookups } = pass.memory.practice;
  const { views } = pass.deps;
  const manifests = new Map(desired.objects.map(({ id, manifest }) => [id, manifest]));
  const observed: Observed = {
    live: (ref) => views.generated(ref),
    exists: (kind, namespace, name) => {
      const key = `${kind}/${namespace}/${name}`;
      asked.add(key);
      return lookups.get(key)?.exists;
    },
    keysOf: (kind, namespace, name) => lookups.get(`${kind}/${namespace}/${name}`)?.keys,
    suspendedSince: (ref) => {
      const found = ref.kind === KIND ? views.blueprint(ref.namespace ?? '', ref.name) : views.generated(ref);
      return found === undefined ? undefined : findSuspendedSince(found);
    },
    otherManagers: (ref) => {
      const found = views.generated(ref);
      const manifest = manifests.get(objectId(ref));
      return found === undefined || manifest === undefined ? [] : findOtherManagers(manifest, found);
    },
  };
  const now = new Date(pass.deps.clock.now()).toISOString();
  return lint({ blueprint: pass.blueprint, desired, observed, now });
}

/** Whether to ask again: always for what is missing when something else changed too. */
function isDue(lookup: Lookup | undefined, now: number, changed: boolean): boolean {
  if (lookup === undefined) return true;
  return (changed && lookup.exists === false) || now - lookup.at >= lifetimeOf(lookup);
}

/** Twice as long each time, from {@link MISSING_RETRY_MS} to {@link LOOKUP_LIFETIME_MS}, for what is missing. */
function lifetimeOf({ exists, at, since }: Lookup): number {
  if (exists !== false) return LOOKUP_LIFETIME_MS;
  return Math.min(LOOKUP_LIFETIME_MS, Math.max(MISSING_RETRY_MS, at - since));
}

/** Nothing tells when what is missing comes. */
function wakeForMissing(pass: Pass, asked: readonly string[], now: number): void {
  for (const key of asked) {
    const lookup = pass.memory.practice.lookups.get(key);
    if (lookup?.exists === false) wakeAfter(pass, lookup.at + lifetimeOf(lookup) - now);
  }
}

/** Asks whether things are there, by their metadata alone; what may not be asked stays unknown. */
async function lookUp(pass: Pass, keys: readonly string[], now: number): Promise<void> {
  const { lookups } = pass.memory.practice;
  await mapConcurrently(keys, pass.deps.concurrency ?? DEFAULT_CONCURRENCY, async (key) => {
    const [kind = '', namespace = '', name = ''] = key.split('/');
    const found = await ask(pass, kind, namespace, name);
    const before = lookups.get(key);
    const { exists } = found;
    lookups.set(key, {
      ...found,
      at: now,
      since: before !== undefined && before.exists === exists ? before.since : now,
    });
  });
}

async function ask(
  pass: Pass,
  kind: string,
  namespace: string,
  name: string,
): Promise<Pick<Lookup, 'exists' | 'keys'>> {
  const seen = kind === 'ServiceAccount' ? pass.deps.views.account(namespace, name) : undefined;
  if (seen !== undefined) return { exists: seen, keys: undefined };
  try {
    const ref = { apiVersion: 'v1', kind, namespace, name };
    const found = await pass.deps.cluster.getMetadata(ref, { as: pass.as, signal: pass.signal });
    return {
      exists: found !== undefined,
      keys: found === undefined ? undefined : findDataKeys(found.metadata),
    };
  } catch (error) {
    if (error instanceof ClusterError && error.reason !== 'Aborted')
      return { exists: undefined, keys: undefined };
    throw error;
  }
}
