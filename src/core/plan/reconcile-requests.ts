import { RECONCILE_REQUEST } from '../../api/names.ts';
import { type KubeObject, type ObjectRef, objectId } from '../../api/object.ts';
import { chartAwaitedBy } from '../health/health-with-source.ts';
import type { DesiredObject, DesiredState } from '../objects/desired.ts';
import { assessHealth, isReconciledByFlux } from '../health/health.ts';
import { hashText } from '../values/hash.ts';
import { equalJson, textAt, valueAt } from '../values/json.ts';
import { memoize } from '../values/memoize.ts';
import { conditionOf } from '../health/read-conditions.ts';
import { isAtSourceRevision, sourceOf } from '../health/source-revision.ts';

/** A request to Flux's controller to reconcile one object now. */
export interface ReconcileRequest {
  object: DesiredObject;
  /** The value of `reconcile.fluxcd.io/requestedAt`; undefined if any new value will do. */
  value: string | undefined;
  /** The readiness that the request announces. The caller remembers it, so that it is announced once. */
  readiness: string | undefined;
}

/** What the planning of reconcile requests depends on. */
export interface ReconcileRequestInput {
  /** Reads a generated object from the local cache. */
  live: (object: DesiredObject) => KubeObject | undefined;
  /** Reads a source, whoever made it; undefined if it is not known. */
  source: (ref: ObjectRef) => KubeObject | undefined;
  /** The value of `reconcile.fluxcd.io/requestedAt` on the blueprint. */
  request: string | undefined;
  /** Whether `request` is new, i.e. no earlier reconcile handled it. */
  requested: boolean;
  /** Returns the readiness that was announced last to the object of an id. */
  lastAnnounced: (id: string) => string | undefined;
}

/**
 * Plans which objects to ask Flux for a reconcile of:
 * - Objects that a request on the blueprint is passed on to: sources first, each layer after the ones before it handled
 *   the request.
 * - Dependents that wait for Flux's next retry (30 seconds by default), although their dependencies are ready by now,
 *   at the same revision if they share a source. This happens at install and at every new revision.
 * - HelmReleases that wait for a chart which failed, so that their status says why.
 */
export function planReconcileRequests(
  desired: DesiredState,
  input: ReconcileRequestInput,
): ReconcileRequest[] {
  const byId = new Map(desired.objects.map((object) => [object.id, object]));
  return desired.objects.flatMap((object) => planRequest(object, byId, input) ?? []);
}

function planRequest(
  object: DesiredObject,
  byId: ReadonlyMap<string, DesiredObject>,
  input: ReconcileRequestInput,
): ReconcileRequest | undefined {
  const live = input.live(object);
  if (live === undefined) return undefined;
  const waits = assessHealth(live).state === 'Blocked';
  const chart = chartAwaitedBy(live);
  // Fast path: almost always there is no request and the object does not wait.
  if ((input.request === undefined && !waits && chart === undefined) || !acceptsRequests(live))
    return undefined;
  const needed = object.dependsOn.flatMap((id) => byId.get(id) ?? []);
  if (isDueForRequest(live, needed, input)) return { object, value: input.request, readiness: undefined };
  const readiness = waits ? readinessOf(live, needed, input) : failureOf(chart, input);
  if (readiness === undefined || readiness === input.lastAnnounced(object.id)) return undefined;
  return { object, value: undefined, readiness };
}

/** Whether the object's controller acts on a request. */
export function acceptsRequests(live: KubeObject): boolean {
  return (
    live.metadata.deletionTimestamp === undefined &&
    isReconciledByFlux(live) &&
    assessHealth(live).state !== 'Suspended'
  );
}

function isDueForRequest(
  live: KubeObject,
  needed: readonly DesiredObject[],
  { request, requested, live: liveOf }: ReconcileRequestInput,
): boolean {
  if (request === undefined || isAtOrAfter(live.metadata.annotations?.[RECONCILE_REQUEST], request))
    return false;
  const before = needed.map(liveOf).filter((one) => one !== undefined && acceptsRequests(one));
  if (before.length === 0) return requested;
  // An object created after the request has been reconciled since.
  if (isAtOrAfter(live.metadata.creationTimestamp, request)) return false;
  return before.every(
    (one) => one !== undefined && hasHandled(one, request) && assessHealth(one).state === 'Ready',
  );
}

/** Whether an object's controller, or the operator, has handled a request or a later one. */
export function hasHandled(live: KubeObject, request: string): boolean {
  return isAtOrAfter(valueAt(live, ['status', 'lastHandledReconcileAt']), request);
}

/** Whether a value equals the request or is a later time. Most requests are times, but any text is allowed. */
function isAtOrAfter(value: unknown, request: string): boolean {
  if (value === request) return true;
  return typeof value === 'string' && Date.parse(value) >= Date.parse(request);
}

/**
 * Identifies the readiness of all dependencies of a waiting object; undefined while one of them is not ready. It is a
 * short text, however many there are, because it is remembered for each object.
 */
function readinessOf(
  live: KubeObject,
  needed: readonly DesiredObject[],
  input: ReconcileRequestInput,
): string | undefined {
  let readiness = '';
  for (const object of needed) {
    const other = input.live(object);
    if (other === undefined || !isReadyFor(live, other, input)) return undefined;
    readiness = String(hashText(`${readiness} ${object.id}@${describeReadiness(other)}`));
  }
  return readiness;
}

/**
 * Describes the failure of the chart that a HelmRelease awaits; undefined if the chart has not failed. helm-controller
 * reacts to a chart that becomes ready, but sees a failed one only at its next retry.
 */
function failureOf(chart: ObjectRef | undefined, { source }: ReconcileRequestInput): string | undefined {
  const live = chart === undefined ? undefined : source(chart);
  if (chart === undefined || live === undefined || assessHealth(live).state !== 'Failed') return undefined;
  return `${objectId(chart)}@${describeReadiness(live)}`;
}

/** Whether Flux considers an object ready for a dependent. If both share a source, its revision must be applied. */
function isReadyFor(dependent: KubeObject, live: KubeObject, { source }: ReconcileRequestInput): boolean {
  if (assessHealth(live).state !== 'Ready') return false;
  // Other kinds do not wait for a revision.
  const ref = live.kind === 'Kustomization' ? sourceOf(live) : undefined;
  if (ref === undefined || !equalJson(ref, sourceOf(dependent))) return true;
  const fetched = source(ref);
  return fetched === undefined || isAtSourceRevision(live, fetched);
}

/**
 * Identifies one readiness or failure: it differs once the object turns ready or fails again, or applies anything new.
 */
const describeReadiness = memoize((live: KubeObject): string => {
  const { lastTransitionTime, reason } = conditionOf(live, 'Ready') ?? {};
  const applied = textAt(live, ['status', 'lastAppliedRevision']);
  const readiness = [live.metadata.generation ?? 0, applied, lastTransitionTime, reason];
  return String(hashText(JSON.stringify(readiness)));
});
