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
import { ClusterError } from '../../ports/cluster.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';

/**
 * Asks the cluster about the subjects whose answers are due, and has the blueprint reconciled again when what is missing
 * is to be asked for again.
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
  for (const subject of subjects) {
    const inMs = nextLookupIn(lookups.get(lookupKey(subject)), now);
    if (inMs !== undefined) context.progress.requeueWithin(inMs);
  }
  return due.length > 0;
}

/** Asks by metadata alone. What the account may not ask about stays unknown. */
async function lookUp(
  { deps, as, signal }: ReconcileContext,
  { kind, namespace, name }: LookupSubject,
): Promise<Pick<Lookup, 'exists' | 'keys'>> {
  const cached = kind === 'ServiceAccount' ? deps.cache.account(namespace, name) : undefined;
  if (cached !== undefined) return { exists: cached, keys: undefined };
  const apiVersion = kind === 'Provider' ? providerVersion(deps) : 'v1';
  if (apiVersion === undefined) return { exists: undefined, keys: undefined };
  try {
    const found = await deps.cluster.getMetadata({ apiVersion, kind, namespace, name }, { as, signal });
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
function providerVersion({ cache }: ReconcileContext['deps']): string | undefined {
  const { group, kind } = provider;
  const version = cache.context().served.get(`${group}/${kind}`);
  return version === undefined ? undefined : `${group}/${version}`;
}
