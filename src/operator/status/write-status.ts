/**
 * The writer of the status. A report becomes a status in `core/status/next-status.ts`; here it is compared with the
 * stored one and written, at once, a little later, or beside the next reconcile. Nothing else writes a status.
 */
import { API_VERSION, KIND, STATUS_MANAGER } from '../../api/names.ts';
import { type KubeObject, refOf } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { Status } from '../../api/schema/status.ts';
import { correctStatus } from '../../core/status/correct-status.ts';
import { fitStatus } from '../../core/status/fit-status.ts';
import { type StatusReport, nextStatus, statusDelay } from '../../core/status/next-status.ts';
import { equalJson } from '../../core/values/json.ts';
import { isReason } from '../../ports/cluster.ts';
import { readBlueprint } from '../context/read-blueprint.ts';
import type { DeletionContext } from '../context/reconcile-context.ts';
import type { PendingStatus } from '../memory/status-memory.ts';
import { recordFindings, recordRollout, recordTransition } from './events.ts';

/**
 * Writes the status where it changes, and records a transition as an event.
 *
 * @param trails whether to return before the status is stored; see `Ending.trails`
 * @throws ClusterError; NotFound where the blueprint is gone meanwhile
 */
export async function writeStatus(
  context: DeletionContext,
  report: StatusReport,
  trails = false,
): Promise<void> {
  const { memory, progress } = context;
  const { pending } = memory.status;
  if (!trails && pending !== undefined) await awaitPending(context, pending);
  const change = findChange(context, report);
  if (change !== undefined) {
    if (report.final && mayWait(context, change)) return;
    if (trails) trail(context, report, change);
    else await storeChange(context, report, change);
    progress.status = change.after;
  }
  progress.tracked = report.tracked;
}

interface StatusChange {
  before: Status;
  after: Status;
}

/** What a report changes in the status; undefined where nothing. */
function findChange(
  { blueprint, deps, request, progress }: DeletionContext,
  report: StatusReport,
): StatusChange | undefined {
  const before = progress.status ?? {};
  const next = nextStatus(before, report, {
    generation: blueprint.metadata.generation ?? 0,
    now: new Date(deps.clock.now()).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    request,
    findings: progress.findings,
    ageRecipient: progress.ageRecipient,
  });
  if (equalJson(before, next)) return undefined;
  const after = fitStatus(next);
  return equalJson(before, after) ? undefined : { before, after };
}

/** Has the blueprint reconciled again when a status that may wait is due. */
function mayWait({ memory, deps, progress }: DeletionContext, { before, after }: StatusChange): boolean {
  const sinceWriteMs = deps.clock.monotonic() - memory.status.writtenAt;
  const delayMs = statusDelay(before, after, sinceWriteMs);
  if (delayMs <= 0) return false;
  progress.requeueWithin(delayMs);
  return true;
}

async function storeChange(
  context: DeletionContext,
  { state }: StatusReport,
  { before, after }: StatusChange,
): Promise<void> {
  const { deps, memory, blueprint, signal } = context;
  const { name, namespace, uid } = blueprint.metadata;
  const object = { apiVersion: API_VERSION, kind: KIND, metadata: { name, namespace, uid }, status: after };
  const { pruned } = memory.status;
  const options = { fieldManager: STATUS_MANAGER, signal };
  const stored = await deps.cluster.applyStatus(object as KubeObject, options);
  deps.cache.assume(await dropForeign(context, after, stored));
  memory.status.recordWritten(pruned, deps.clock.monotonic());
  recordFindings(context, before, after);
  recordRollout(context, before, after);
  recordTransition(context, state, before, after);
}

/** Takes out of a stored status what others wrote into it, and answers the blueprint as it is then. */
async function dropForeign(context: DeletionContext, after: Status, stored: KubeObject): Promise<KubeObject> {
  const status = correctStatus(after, stored['status'] ?? {});
  if (status === undefined) return stored;
  const { uid } = stored.metadata;
  const options = { fieldManager: STATUS_MANAGER, signal: context.signal };
  context.logger.warn('somebody else wrote into the status; it is put right', {
    fields: Object.keys(status),
  });
  const patch = { metadata: { uid }, status };
  return context.deps.cluster.mergeStatus(refOf(stored), patch, options);
}

/** Writes a status beside the next reconcile. Where another status is being written, this one follows it. */
function trail(context: DeletionContext, report: StatusReport, change: StatusChange): void {
  const { memory, progress, blueprint } = context;
  const before = memory.status.pending;
  const write = async (): Promise<void> => {
    if (before === undefined) return storeChange(context, report, change);
    await awaitPending(context, before);
    // A later reconcile writes all that this one would.
    const next = memory.status.pending === pending ? findChange(context, report) : undefined;
    if (next !== undefined) await storeChange(context, report, next);
  };
  const written = write();
  const stored = written.then(
    () => true,
    () => false,
  );
  const pending: PendingStatus = { uid: blueprint.metadata.uid, status: change.after, stored };
  memory.status.begin(pending);
  progress.trailing = written
    .catch((error: unknown) => {
      // The blueprint is gone, or another one has its name: the watch reports it.
      if (!isReason(error, 'NotFound')) throw error;
    })
    .finally(() => {
      memory.status.end(pending);
    });
  // Nobody awaits the promise of a reconcile that was aborted.
  progress.trailing.catch(() => undefined);
}

/**
 * Waits for a status that is being written, so that the next one does not overtake it, and reads what is stored then.
 */
async function awaitPending(context: DeletionContext, pending: PendingStatus): Promise<void> {
  const { progress, deps, blueprint, key, signal } = context;
  if ((await pending.stored) && progress.status === pending.status) return;
  const present = (await readBlueprint(deps, key, signal)) as Blueprint | undefined;
  if (present?.metadata.uid === blueprint.metadata.uid) progress.status = present?.status;
}
