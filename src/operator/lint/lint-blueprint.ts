import { KIND } from '../../api/names.ts';
import { objectId } from '../../api/object.ts';
import type { DesiredState } from '../../core/objects/desired.ts';
import { equalJson } from '../../core/values/json.ts';
import { provider } from '../../core/kinds/provider.ts';
import {
  type Enforcement,
  type Finding,
  type Observed,
  applyPolicy,
  enforcementOf,
  lint,
} from '../../core/lint/lint.ts';
import { findDataKeys, findOtherManagers, findSuspendedSince } from '../../core/objects/managed-fields.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { DEFAULT_CONCURRENCY } from '../apply/apply.ts';
import { type Pass, wakeAfter } from '../context/reconcile-context.ts';
import { findUndelivered } from './undelivered-alerts.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';
import type { Lookup, Practice, PracticeMemory } from '../context/lint-memory.ts';

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
  if (enforcementFor(pass) === 'Disabled') return { findings: [], refused: [] };
  const memory = pass.memory.practice;
  const now = pass.deps.clock.monotonic();
  const undelivered = findUndelivered(pass, desired);
  const last = lastOf(pass, undelivered);
  const known = last ?? run(pass, desired, undelivered);
  const { asked } = known;
  const due = asked.filter((key) => isDue(memory.lookups.get(key), now, last === undefined));
  await lookUp(pass, due, now);
  wakeForMissing(pass, asked, now);
  if (last !== undefined && due.length === 0 && now - last.at < LOOK_EVERY_MS) return last.practice;
  // What was found before something was looked up is found again with what that brought.
  const { findings } = due.length === 0 && 'findings' in known ? known : run(pass, desired, undelivered);
  const practice = judge(pass, findings);
  memory.last = { version: pass.memory.compiledVersion, undelivered, at: now, asked, practice };
  return practice;
}

/** Whether bad practice refuses the blueprint. */
export function isEnforced(pass: Pass): boolean {
  return enforcementFor(pass) === 'Enforce';
}

function enforcementFor({ blueprint, deps }: Pass): Enforcement {
  return enforcementOf(blueprint.spec.policy, deps.settings.antiPatterns);
}

/** What was judged last, where that was the same and nobody asks for a reconcile. */
function lastOf(pass: Pass, undelivered: Notes): PracticeMemory['last'] {
  const { last } = pass.memory.practice;
  if (pass.requested || last?.version !== pass.memory.compiledVersion) return undefined;
  return equalJson([...undelivered], [...last.undelivered]) ? last : undefined;
}

/** Notes of Flux on generated objects, by their ids. */
type Notes = ReadonlyMap<string, string>;

function judge(pass: Pass, found: readonly Finding[]): Practice {
  const { findings, refused } = applyPolicy(
    found,
    pass.blueprint.spec.policy,
    pass.deps.settings.antiPatterns,
  );
  return { findings, refused: refused.map(({ rule, path, message }) => ({ rule, path, message })) };
}

/** Runs the rules, and tells what they ask of the cluster. */
function run(
  pass: Pass,
  desired: DesiredState,
  undelivered: Notes,
): { findings: Finding[]; asked: string[] } {
  const asked = new Set<string>();
  const { lookups } = pass.memory.practice;
  const { cache } = pass.deps;
  const observed: Observed = {
    live: (ref) => cache.generated(ref),
    exists: (kind, namespace, name) => {
      const key = `${kind}/${namespace}/${name}`;
      asked.add(key);
      return lookups.get(key)?.exists;
    },
    keysOf: (kind, namespace, name) => lookups.get(`${kind}/${namespace}/${name}`)?.keys,
    undelivered: (alert) => undelivered.get(objectId(alert)),
    suspendedSince: (ref) => {
      const found = ref.kind === KIND ? cache.blueprint(ref.namespace ?? '', ref.name) : cache.generated(ref);
      return found === undefined ? undefined : findSuspendedSince(found);
    },
    otherManagers: (ref, manifest) => {
      const found = cache.generated(ref);
      return found === undefined ? [] : findOtherManagers(manifest, found);
    },
  };
  const now = new Date(pass.deps.clock.now()).toISOString();
  const findings = lint({ blueprint: pass.blueprint, desired, observed, now });
  return { findings, asked: [...asked] };
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
  const seen = kind === 'ServiceAccount' ? pass.deps.cache.account(namespace, name) : undefined;
  if (seen !== undefined) return { exists: seen, keys: undefined };
  try {
    const apiVersion = kind === 'Provider' ? providerVersion(pass) : 'v1';
    if (apiVersion === undefined) return { exists: undefined, keys: undefined };
    const ref = { apiVersion, kind, namespace, name };
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

/** The version of Flux's Providers that the cluster serves. */
function providerVersion({ deps }: Pass): string | undefined {
  const { group, kind } = provider;
  const version = deps.cache.context().served.get(`${group}/${kind}`);
  return version === undefined ? undefined : `${group}/${version}`;
}
