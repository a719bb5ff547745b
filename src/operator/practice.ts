import type { DesiredState } from '../core/desired.ts';
import { type Finding, type Observed, applyPolicy, lint } from '../core/lint/index.ts';
import { ClusterError } from '../ports/cluster.ts';
import { DEFAULT_CONCURRENCY } from './apply.ts';
import type { Pass } from './pass.ts';
import { mapConcurrently } from './pool.ts';
import type { Practice } from './practice-memory.ts';

/** How long an answer counts of whether something of others is there, in milliseconds: it is not watched. */
const LOOKUP_LIFETIME_MS = 300_000;

/** How often bad practice is looked for while the blueprint stays the same, in milliseconds. */
const LOOK_EVERY_MS = 60_000;

/** Looks for bad practice, in the blueprint and in what it refers to; at most once a minute without a change. */
export async function judgePractice(pass: Pass, desired: DesiredState): Promise<Practice> {
  const memory = pass.memory.practice;
  const now = pass.deps.clock.monotonic();
  if (memory.last?.desired === desired && now - memory.last.at < LOOK_EVERY_MS) return memory.last.practice;
  const asked = new Set<string>();
  // Once to learn what is asked for, and once with the answers.
  run(pass, desired, asked);
  await lookUp(pass, [...asked], now);
  const { findings, refused } = applyPolicy(run(pass, desired, asked), pass.blueprint.spec.policy);
  const practice = { findings, refused: refused.map(({ rule, path, message }) => ({ rule, path, message })) };
  memory.last = { desired, at: now, practice };
  return practice;
}

function run(pass: Pass, desired: DesiredState, asked: Set<string>): Finding[] {
  const { lookups } = pass.memory.practice;
  const observed: Observed = {
    live: (ref) => pass.deps.views.generated(ref),
    exists: (kind, namespace, name) => {
      const key = `${kind}/${namespace}/${name}`;
      asked.add(key);
      return lookups.get(key)?.exists;
    },
  };
  const now = new Date(pass.deps.clock.now()).toISOString();
  return lint({ blueprint: pass.blueprint, desired, observed, now });
}

/** Asks whether things are there, by their metadata alone; what may not be asked stays unknown. */
async function lookUp(pass: Pass, keys: readonly string[], now: number): Promise<void> {
  const { lookups } = pass.memory.practice;
  const stale = keys.filter((key) => now - (lookups.get(key)?.at ?? -Infinity) >= LOOKUP_LIFETIME_MS);
  await mapConcurrently(stale, pass.deps.concurrency ?? DEFAULT_CONCURRENCY, async (key) => {
    const [kind = '', namespace = '', name = ''] = key.split('/');
    lookups.set(key, { exists: await ask(pass, kind, namespace, name), at: now });
  });
}

async function ask(pass: Pass, kind: string, namespace: string, name: string): Promise<boolean | undefined> {
  try {
    const ref = { apiVersion: 'v1', kind, namespace, name };
    return (await pass.deps.cluster.getMetadata(ref, { as: pass.as, signal: pass.signal })) !== undefined;
  } catch (error) {
    if (error instanceof ClusterError && error.reason !== 'Aborted') return undefined;
    throw error;
  }
}
