import { RECONCILE_REQUEST } from '../../api/names.ts';
import { type KubeObject, type ObjectRef, objectId } from '../../api/object.ts';
import { chartAwaitedBy } from '../health/health-with-source.ts';
import type { DesiredObject, DesiredState } from '../objects/desired.ts';
import { assessHealth, isReconciledByFlux } from '../health/health.ts';
import { equalJson, valueAt } from '../values/json.ts';
import { conditionOf } from '../health/kstatus.ts';
import { isAtSourceRevision, sourceOf, textAt } from '../health/source-revision.ts';

/** An object whose controller is asked to look at it now. */
export interface ReconcileRequest {
  object: DesiredObject;
  /** The request's value; undefined for one that only has to be new. */
  value: string | undefined;
  /** The readiness that a dependent is told of, so that it is told once. */
  readiness: string | undefined;
}

/** What nudging goes by. */
export interface ReconcileRequestInput {
  live: (object: DesiredObject) => KubeObject | undefined;
  /** A source, whoever made it, where it is known. */
  source: (ref: ObjectRef) => KubeObject | undefined;
  /** What somebody asked of the blueprint by `reconcile.fluxcd.io/requestedAt`. */
  request: string | undefined;
  /** Whether that was not handled before. */
  requested: boolean;
  /** The readiness that an object was told of last. */
  lastAnnounced: (id: string) => string | undefined;
}

/**
 * Whom to ask for a look now: objects to which a request of the blueprint is passed on, sources first and each layer
 * when those before it have handled it; and dependents that Flux left waiting for its next look (30 seconds by default)
 * though what they depend on is ready by now, at the same revision, at install and at every later one; and HelmReleases
 * that wait for a chart which cannot be had, so that they tell why.
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
  // Nearly always nobody asks and nothing waits.
  if ((input.request === undefined && !waits && chart === undefined) || !acceptsRequests(live))
    return undefined;
  const needed = object.dependsOn.flatMap((id) => byId.get(id) ?? []);
  if (isDueForRequest(live, needed, input)) return { object, value: input.request, readiness: undefined };
  const readiness = waits ? readinessOf(live, needed, input) : failureOf(chart, input);
  if (readiness === undefined || readiness === input.lastAnnounced(object.id)) return undefined;
  return { object, value: undefined, readiness };
}

/** Whether a controller looks when it is asked to. */
function acceptsRequests(live: KubeObject): boolean {
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
  // What was made after the request was looked at since.
  if (isAtOrAfter(live.metadata.creationTimestamp, request)) return false;
  return before.every(
    (one) => one !== undefined && hasHandled(one, request) && assessHealth(one).state === 'Ready',
  );
}

function hasHandled(live: KubeObject, request: string): boolean {
  return isAtOrAfter(valueAt(live['status'] as never, ['lastHandledReconcileAt']), request);
}

/** Whether a request is the one meant, or a later one: most are times, but any text will do. */
function isAtOrAfter(value: unknown, request: string): boolean {
  if (value === request) return true;
  return typeof value === 'string' && Date.parse(value) >= Date.parse(request);
}

/** What a waiting object would find if it looked now; undefined while what it needs is not ready. */
function readinessOf(
  live: KubeObject,
  needed: readonly DesiredObject[],
  input: ReconcileRequestInput,
): string | undefined {
  const found: string[] = [];
  for (const object of needed) {
    const other = input.live(object);
    if (other === undefined || !isReadyFor(live, other, input)) return undefined;
    found.push(`${object.id}@${describeReadiness(other)}`);
  }
  return found.join(' ');
}

/**
 * That the chart which a HelmRelease awaits cannot be had; undefined where it is still on its way. helm-controller hears
 * of a chart that came, but not of one that failed: why, it would tell only at its next look.
 */
function failureOf(chart: ObjectRef | undefined, { source }: ReconcileRequestInput): string | undefined {
  const live = chart === undefined ? undefined : source(chart);
  if (chart === undefined || live === undefined || assessHealth(live).state !== 'Failed') return undefined;
  return `${objectId(chart)}@${describeReadiness(live)}`;
}

/** Whether an object is ready in the eyes of a dependent: one of the same source wants its revision applied. */
function isReadyFor(dependent: KubeObject, live: KubeObject, { source }: ReconcileRequestInput): boolean {
  if (assessHealth(live).state !== 'Ready') return false;
  // Other kinds do not wait for a revision.
  const ref = live.kind === 'Kustomization' ? sourceOf(live) : undefined;
  if (ref === undefined || !equalJson(ref, sourceOf(dependent))) return true;
  const fetched = source(ref);
  return fetched === undefined || isAtSourceRevision(live, fetched);
}

/** A readiness is another one when the object became ready anew, or ready with something else; so is a failure. */
function describeReadiness(live: KubeObject): string {
  const { lastTransitionTime, reason } = conditionOf(live, 'Ready') ?? {};
  const applied = textAt(live, ['lastAppliedRevision']);
  return JSON.stringify([live.metadata.generation ?? 0, applied, lastTransitionTime, reason]);
}
