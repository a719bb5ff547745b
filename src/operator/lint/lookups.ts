import type { ObjectRef } from '../../api/object.ts';
import { provider } from '../../core/kinds/provider.ts';
import {
  type Lookup,
  type LookupSubject,
  isLookupDue,
  lookupKey,
  nextLookup,
  nextLookupIn,
} from '../../core/lint/lookup.ts';
import { findDataKeys } from '../../core/objects/managed-fields.ts';
import { asFailure } from '../../ports/cluster.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { mayRead } from '../observe/live-object.ts';

/**
 * Asks the cluster about the subjects whose answers are due, and has the blueprint reconciled again when what is
 * missing is to be asked for again.
 *
 * @param changed whether the blueprint changed or a reconcile was requested
 * @returns whether anything was asked
 */
export async function refreshLookups(
  context: ReconcileContext,
  subjects: readonly LookupSubject[],
  changed: boolean,
): Promise<boolean> {
  const { lookups } = context.memory.lint;
  const now = context.deps.clock.monotonic();
  const due = subjects.filter((subject) => isLookupDue(lookups.get(lookupKey(subject)), now, changed));
  await mapConcurrently(due, context.concurrency, async (subject) => {
    const key = lookupKey(subject);
    const answer = await lookUp(context, subject);
    lookups.set(key, nextLookup(lookups.get(key), answer, now));
  });
  forgetOthers(lookups, subjects);
  for (const subject of subjects) {
    const inMs = nextLookupIn(lookups.get(lookupKey(subject)), now);
    if (inMs !== undefined) context.progress.requeueWithin(inMs);
  }
  return due.length > 0;
}

/** Forgets what nobody asks about any more, so that the answers of former versions of a blueprint do not add up. */
function forgetOthers(lookups: Map<string, Lookup>, subjects: readonly LookupSubject[]): void {
  if (lookups.size <= subjects.length) return;
  const asked = new Set(subjects.map(lookupKey));
  for (const key of lookups.keys()) if (!asked.has(key)) lookups.delete(key);
}

type Answer = Pick<Lookup, 'exists' | 'keys'>;

const UNKNOWN: Answer = { exists: undefined, keys: undefined };

/**
 * Asks by metadata alone, with the rights of the blueprint; what it may not ask about stays unknown. The cache of
 * accounts holds those of all namespaces, and so answers for the blueprint's own alone.
 */
async function lookUp(context: ReconcileContext, { kind, namespace, name }: LookupSubject): Promise<Answer> {
  const { deps, key } = context;
  const own = kind === 'ServiceAccount' && namespace === key.namespace;
  const cached = own ? deps.cache.account(namespace, name) : undefined;
  if (cached !== undefined) return { exists: cached, keys: undefined };
  const apiVersion = kind === 'Provider' ? providerVersion(deps) : 'v1';
  return apiVersion === undefined ? UNKNOWN : ask(context, { apiVersion, kind, namespace, name });
}

async function ask(context: ReconcileContext, ref: ObjectRef): Promise<Answer> {
  if (!mayRead(context, ref)) return UNKNOWN;
  const { deps, as, signal } = context;
  try {
    const found = await deps.cluster.getMetadata(ref, { as, signal });
    return { exists: found !== undefined, keys: found && findDataKeys(found.metadata) };
  } catch (error) {
    asFailure(error);
    return UNKNOWN;
  }
}

/** The version of Flux's Providers that the cluster serves. */
function providerVersion({ cache }: ReconcileContext['deps']): string | undefined {
  const { group, kind } = provider;
  const version = cache.context().served.get(`${group}/${kind}`);
  return version === undefined ? undefined : `${group}/${version}`;
}
