import type { KubeObject } from '../../api/object.ts';
import type { ComponentState } from '../../api/schema/status.ts';
import { isObject, own, valueAt } from '../values/json.ts';
import { memoize } from '../values/memoize.ts';

/** How one generated object is, in the terms of kstatus and of Flux. */
export interface Health {
  state: ComponentState;
  /** Why, in the words of Flux. */
  message?: string;
  /** The revision that was fetched or applied last. */
  revision?: string;
}

interface LiveCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  observedGeneration?: number;
}

/** Kinds without a status that tells: they are ready when they are there. */
const STATIC_KINDS: ReadonlySet<string> = new Set(['Provider', 'Alert', 'ConfigMap', 'Namespace']);

/** The group of External Secrets' generators, none of which has a status. */
const GENERATORS = 'generators.external-secrets.io/';

/** Reads the health of a live object; undefined is one that does not exist. */
export function assessHealth(live: KubeObject | undefined): Health {
  return live === undefined ? { state: 'Pending' } : assessLive(live);
}

const assessLive = memoize((live: KubeObject): Health => {
  if (live.metadata.deletionTimestamp !== undefined)
    return { state: 'Progressing', message: 'is being deleted' };
  const revision = revisionOf(live);
  const health = { ...assessConditions(live), ...(revision === undefined ? {} : { revision }) };
  const suspended = valueAt(live['spec'] as never, ['suspend']) === true;
  return suspended ? { ...health, state: 'Suspended' } : health;
});

/** The API groups whose controllers look at an object at once when they are asked to by annotation. */
const FLUX_GROUPS = /(?:^|\.)(?:toolkit\.fluxcd\.io|extensions\.fluxcd\.io|fluxcd\.controlplane\.io)\//;

/** Whether a controller of Flux reconciles an object, so that asking it to do so means something. */
export function isReconciledByFlux(live: KubeObject): boolean {
  return FLUX_GROUPS.test(live.apiVersion) && !isStatic(live);
}

/** Whether a state holds back neither those that depend on the object nor the blueprint. */
export function isSettled(state: ComponentState): boolean {
  return state === 'Ready' || state === 'Suspended';
}

function assessConditions(live: KubeObject): Health {
  if (isStatic(live)) return { state: 'Ready' };
  const present = conditionsOf(live).filter((condition) => isPresent(condition, live));
  const ready = present.find(({ type }) => type === 'Ready');
  const stalled = present.find(({ type, status }) => type === 'Stalled' && status === 'True');
  if (stalled !== undefined) return explainFailure(stalled.message ?? ready?.message, present);
  if (ready === undefined) return { state: 'Progressing' };
  const health = assessReady(ready, live);
  return health.state === 'Failed' ? explainFailure(health.message, present) : health;
}

/**
 * Of a HelmRelease, Ready tells only what Helm did last, be it a rollback that succeeded, and Stalled that it gave up;
 * these tell what went wrong before.
 */
const HELM_STEPS: readonly [type: string, status: string][] = [
  ['Remediated', 'True'],
  ['Remediated', 'False'],
  ['TestSuccess', 'False'],
  ['Released', 'False'],
];

function explainFailure(message: string | undefined, present: readonly LiveCondition[]): Health {
  const steps = HELM_STEPS.flatMap(([type, status]) => {
    const step = present.find((condition) => condition.type === type && condition.status === status);
    return step?.message ?? [];
  });
  const words = new Set([...(message === undefined ? [] : [message]), ...steps]);
  return withMessage('Failed', words.size === 0 ? undefined : [...words].join('; '));
}

function assessReady(ready: LiveCondition, live: KubeObject): Health {
  if (ready.status === 'True') return { state: isObserved(live) ? 'Ready' : 'Progressing' };
  if (ready.reason === 'DependencyNotReady') return withMessage('Blocked', ready.message);
  return withMessage(ready.status === 'False' ? 'Failed' : 'Progressing', ready.message);
}

/** Providers and alerts have no status, nor has a HelmRepository of type oci: Flux does not reconcile them. */
function isStatic(live: KubeObject): boolean {
  return (
    STATIC_KINDS.has(live.kind) ||
    live.apiVersion.startsWith(GENERATORS) ||
    (live.kind === 'HelmRepository' && valueAt(live['spec'] as never, ['type']) === 'oci')
  );
}

/**
 * Whether a condition is about the present spec. Flux's controllers move `status.observedGeneration` on only when
 * an object becomes ready or stalled; while it fails or waits, only the condition itself tells.
 */
function isPresent(condition: LiveCondition, live: KubeObject): boolean {
  const { observedGeneration } = condition;
  return observedGeneration === undefined
    ? isObserved(live)
    : observedGeneration === (live.metadata.generation ?? observedGeneration);
}

/** Whether the status as a whole is about the present spec; as in kstatus, one that does not say so is. */
function isObserved(live: KubeObject): boolean {
  const observed = observedGeneration(live);
  const { generation } = live.metadata;
  return observed === undefined || generation === undefined || observed === generation;
}

/** An ExternalSecret tells it as the first part of the version that it synced: `<generation>-<hash>`. */
function observedGeneration(live: KubeObject): unknown {
  const { status } = live as { status?: never };
  const synced = live.kind === 'ExternalSecret' ? valueAt(status, ['syncedResourceVersion']) : undefined;
  const [, generation] = typeof synced === 'string' ? (/^(\d+)-/.exec(synced) ?? []) : [];
  return generation === undefined ? valueAt(status, ['observedGeneration']) : Number(generation);
}

function conditionsOf(live: KubeObject): LiveCondition[] {
  const conditions = valueAt(live['status'] as never, ['conditions']);
  return Array.isArray(conditions) ? (conditions.filter(isObject) as unknown as LiveCondition[]) : [];
}

function revisionOf(live: KubeObject): string | undefined {
  const status = live['status'];
  if (!isObject(status)) return undefined;
  const revision =
    own(status, 'lastAppliedRevision') ??
    valueAt(status, ['artifact', 'revision']) ??
    deployedVersion(status['history']) ??
    own(status, 'lastAttemptedRevision');
  return typeof revision === 'string' ? revision : undefined;
}

/** The version of a chart that is deployed, which after a rollback is not the one that was attempted last. */
function deployedVersion(history: unknown): unknown {
  const snapshots = Array.isArray(history) ? history.filter(isObject) : [];
  return snapshots.find((snapshot) => own(snapshot, 'status') === 'deployed')?.['chartVersion'];
}

function withMessage(state: ComponentState, message: string | undefined): Health {
  return message === undefined ? { state } : { state, message };
}
