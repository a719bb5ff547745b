import { API_VERSION, KIND, RECONCILE_REQUEST, STATUS_MANAGER } from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { Condition, FindingStatus, PlanStatus, Status } from '../../api/schema/status.ts';
import { type Verdict, isTransition, markConditions } from '../../core/status/conditions.ts';
import { fitStatus } from '../../core/status/fit-status.ts';
import { recordProgress } from '../../core/status/history.ts';
import { type Tracked, writeInventory } from '../../core/objects/inventory.ts';
import { equalJson, valueAt } from '../../core/values/json.ts';
import type { Finding } from '../../core/lint/model/finding.ts';
import type { ObjectReport } from '../../core/status/object-report.ts';
import { ClusterError } from '../../ports/cluster.ts';
import type { PendingStatus } from '../context/blueprint-memory.ts';
import { MAX_REQUEST, type Pass, wakeAfter } from '../context/reconcile-context.ts';

/** What a pass found out, for the status. */
export interface Report {
  verdict: Verdict;
  tracked: readonly Tracked[];
  /** State of the generated objects; left as it was where a pass did not get to know it. */
  objects?: ObjectReport | undefined;
  /** Digest of what is wanted, where the pass got to know it. */
  digest?: string;
  /** What is still to be done; null where nothing is. Default: as it was. */
  plan?: PlanStatus | null;
  /** Digest of what is applied in full now; null where nothing is any more. Default: as it was. */
  lastAppliedDigest?: string | null | undefined;
  /** Whether the pass is over: only then is a request to reconcile handled. */
  final: boolean;
  /**
   * Whether it is stored while the blueprint is looked at again already: one of a large blueprint takes the API server a
   * fifth of a second, and as long nothing would be repaired. Default: no.
   */
  trails?: boolean;
}

/**
 * Writes the status where it changes anything, and tells a transition as an event. The only writer of the status.
 * Rejects with a ClusterError; NotFound when the blueprint is gone meanwhile.
 */
export async function writeStatus(pass: Pass, report: Report): Promise<void> {
  const { pending } = pass.memory;
  if (report.trails !== true && pending !== undefined) await settle(pass, pending);
  const change = findChange(pass, report);
  if (change !== undefined) {
    if (report.final && mayWait(pass, change)) return;
    if (report.trails === true) trail(pass, report, change);
    else await storeChange(pass, change, report.verdict);
    pass.status = change.after;
  }
  pass.tracked = report.tracked;
}

/** A status that is not as it was. */
interface StatusChange {
  before: Status;
  after: Status;
}

function findChange(pass: Pass, report: Report): StatusChange | undefined {
  const before = pass.status ?? {};
  const next = nextStatus(pass, before, report);
  if (equalJson(before, next)) return undefined;
  const after = fitStatus(next);
  return equalJson(before, after) ? undefined : { before, after };
}

async function storeChange(pass: Pass, { before, after }: StatusChange, verdict: Verdict): Promise<void> {
  const { deps, memory } = pass;
  const { name, namespace, uid } = pass.blueprint.metadata;
  const object = { apiVersion: API_VERSION, kind: KIND, metadata: { name, namespace, uid }, status: after };
  const gone = [...memory.gone];
  const stored = await deps.cluster.applyStatus(object as KubeObject, {
    fieldManager: STATUS_MANAGER,
    signal: pass.signal,
  });
  deps.cache.assume(stored);
  memory.statusWrittenAt = deps.clock.monotonic();
  for (const id of gone) memory.gone.delete(id);
  tellFindings(pass, before.findings ?? [], after.findings ?? []);
  if (isTransition(before.conditions ?? [], after.conditions ?? [])) tellTransition(pass, verdict);
}

/** Lets a status be written beside what comes next; where another one is under way, when that is over. */
function trail(pass: Pass, report: Report, change: StatusChange): void {
  const { memory } = pass;
  const before = memory.pending;
  const write = async (): Promise<void> => {
    if (before === undefined) return storeChange(pass, change, report.verdict);
    await settle(pass, before);
    // A later pass says all that this one would.
    const next = memory.pending === pending ? findChange(pass, report) : undefined;
    if (next !== undefined) await storeChange(pass, next, report.verdict);
  };
  const written = write();
  const stored = written.then(
    () => true,
    () => false,
  );
  const pending: PendingStatus = { uid: pass.blueprint.metadata.uid, status: change.after, stored };
  memory.pending = pending;
  pass.trailing = written
    .catch((error: unknown) => {
      // The blueprint is gone, or another one has its name: the watch tells.
      if (!(error instanceof ClusterError && error.reason === 'NotFound')) throw error;
    })
    .finally(() => {
      if (memory.pending === pending) memory.pending = undefined;
    });
  // Of a pass that is aborted nobody asks how it went on.
  pass.trailing.catch(() => undefined);
}

/** Waits for a status that is under way, so that the next one does not overtake it, and looks what is stored then. */
async function settle(pass: Pass, pending: PendingStatus): Promise<void> {
  if ((await pending.stored) && pass.status === pending.status) return;
  const { namespace, name } = pass.key;
  const blueprint = pass.deps.cache.blueprint(namespace, name) as Blueprint | undefined;
  if (blueprint?.metadata.uid === pass.blueprint.metadata.uid) pass.status = blueprint?.status;
}

/** How often a status is written whose objects move, in milliseconds. */
const MOVING_MS = 1_000;

/**
 * Whether a status can be written a little later, with what will have moved by then: numbers and messages only. What a
 * condition says, and what somebody asked for or waits for, is never late.
 */
function mayWait(pass: Pass, { before, after }: StatusChange): boolean {
  const waitMs = pass.memory.statusWrittenAt + MOVING_MS - pass.deps.clock.monotonic();
  if (waitMs <= 0 || isNews(before, after)) return false;
  wakeAfter(pass, waitMs);
  return true;
}

function isNews(before: Status, after: Status): boolean {
  const newsOf = (status: Status): unknown[] => [
    status.observedGeneration,
    status.conditions?.map(({ type, status: value, reason }) => [type, value, reason]),
    status.lastHandledReconcileAt,
    status.lastAppliedDigest,
    status.ageRecipient,
  ];
  return !equalJson(newsOf(before), newsOf(after));
}

function nextStatus(pass: Pass, before: Status, report: Report): Status {
  const generation = pass.blueprint.metadata.generation ?? 0;
  const now = new Date(pass.deps.clock.now()).toISOString().replace(/\.\d{3}Z$/, 'Z');
  const requested = pass.blueprint.metadata.annotations?.[RECONCILE_REQUEST];
  const { lastAppliedDigest: last, ...kept } = withoutLists(pass, before, report);
  // Of a generation that is not applied in full nothing is said by what was said of the one before.
  const { objects, lastAppliedDigest = before.observedGeneration === generation ? last : undefined } = report;
  const conditions = markConditions(before.conditions ?? [], report.verdict, generation, now);
  return {
    ...kept,
    observedGeneration: generation,
    conditions,
    ...describeVersions(before, report, conditions, generation, now),
    inventory: writeInventory(report.tracked),
    ...describeFindings(pass),
    ...(objects === undefined ? {} : describeObjects(pass, objects)),
    ...(typeof lastAppliedDigest === 'string' ? { lastAppliedDigest } : {}),
    ...(report.final && requested !== undefined
      ? { lastHandledReconcileAt: requested.slice(0, MAX_REQUEST) }
      : {}),
  };
}

/** What is still to be done for the present version of what is wanted, and where the last versions came. */
function describeVersions(
  before: Status,
  { digest, plan, final }: Report,
  conditions: readonly Condition[],
  generation: number,
  now: string,
): Partial<Status> {
  const reason = conditions.find(({ type }) => type === 'Ready')?.reason ?? '';
  const history = before.history ?? [];
  const noted =
    digest === undefined || !final ? history : recordProgress(history, { digest, generation, reason }, now);
  return {
    ...unlessEmpty({ history: [...noted] }),
    ...(plan === undefined || plan === null ? {} : { plan }),
  };
}

/** The status less what is told anew, and left out where there is nothing to tell. */
function withoutLists(pass: Pass, before: Status, report: Report): Status {
  const { environments, webhooks, findings, ageRecipient, plan, ...kept } = before;
  return {
    ...kept,
    ...(report.plan === undefined ? { plan } : {}),
    ...(report.objects === undefined ? { environments, webhooks } : {}),
    ...(pass.findings === undefined ? { findings } : {}),
    ...(pass.ageRecipient === undefined ? { ageRecipient } : {}),
  };
}

/** What a status says of the generated objects. */
function describeObjects(pass: Pass, objects: ObjectReport): Partial<Status> {
  const { summary, layers, components, environments, receivers } = objects;
  const webhooks = receivers.flatMap((ref) => {
    const path = valueAt(pass.deps.cache.generated(ref)?.['status'], ['webhookPath']);
    return typeof path === 'string' ? [{ name: ref.name, namespace: ref.namespace ?? '', path }] : [];
  });
  return {
    summary,
    layers,
    components,
    ...unlessEmpty({ environments, webhooks: webhooks.slice(0, MAX_WEBHOOKS) }),
  };
}

/** What was found beside the objects themselves. */
function describeFindings({ findings, ageRecipient }: Pass): Partial<Status> {
  return {
    ...(findings === undefined
      ? {}
      : unlessEmpty({ findings: findings.slice(0, MAX_FINDINGS).map(describeFinding) })),
    ...(typeof ageRecipient === 'string' ? { ageRecipient } : {}),
  };
}

/** Lists that a status shows only where they hold something. */
function unlessEmpty<T extends Record<string, readonly unknown[]>>(lists: T): Partial<T> {
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)) as Partial<T>;
}

/** The most findings and webhooks that a status holds. */
const MAX_FINDINGS = 200;
const MAX_WEBHOOKS = 100;

function describeFinding({ rule, severity, path, message }: Finding): FindingStatus {
  return { rule, severity, path, message };
}

/** Tells what was not found before; what stays is in the status. */
function tellFindings(pass: Pass, before: readonly FindingStatus[], after: readonly FindingStatus[]): void {
  const known = new Set(before.map(describeFound));
  const found = after.filter(({ severity }) => severity !== 'info').map(describeFound);
  const added = found.filter((text) => !known.has(text));
  if (added.length === 0) return;
  pass.deps.events.record({
    regarding: pass.blueprint as unknown as KubeObject,
    type: 'Warning',
    reason: 'AntiPatternFound',
    action: 'Lint',
    note: added.join('\n'),
  });
}

function describeFound({ rule, path, message }: FindingStatus): string {
  return `${path}: ${message} (${rule})`;
}

function tellTransition(pass: Pass, verdict: Verdict): void {
  const warning = verdict.type === 'failing' || verdict.type === 'stalled';
  pass.deps.events.record({
    regarding: pass.blueprint as unknown as KubeObject,
    type: warning ? 'Warning' : 'Normal',
    reason: verdict.type === 'ready' ? 'ReconciliationSucceeded' : verdict.reason,
    action: 'Reconcile',
    note: verdict.message,
  });
}
