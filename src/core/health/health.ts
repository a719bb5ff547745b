/**
 * How live objects fare. `health.ts` assesses the objects that a blueprint generates, `kstatus.ts` objects that others
 * make, and `health-with-source.ts` refines a health by the object's source. All functions are pure, read live objects
 * only, and never ask the cluster. Start with {@link assessHealth}.
 */

import type { KubeObject } from '../../api/object.ts';
import type { ComponentState } from '../../api/schema/status.ts';
import { isObject, own, valueAt } from '../values/json.ts';
import { memoize } from '../values/memoize.ts';
import { type LiveCondition, conditionsOf } from './read-conditions.ts';

/** The health of one generated object, in the terms of kstatus and Flux. */
export interface Health {
  state: ComponentState;
  /** The reason in Flux's words. */
  message?: string;
  /** The revision that the object fetched or applied last. */
  revision?: string;
}

/** Kinds whose status says nothing about readiness: they are ready as soon as they exist. */
const STATIC_KINDS: ReadonlySet<string> = new Set(['Provider', 'Alert', 'ConfigMap', 'Namespace']);

/** The API group of External Secrets' generators. None of them has a status. */
const GENERATORS = 'generators.external-secrets.io/';

/** Assesses the health of a live object. Pass undefined for an object that does not exist: it is Pending. */
export function assessHealth(live: KubeObject | undefined): Health {
  return live === undefined ? { state: 'Pending' } : assessLive(live);
}

const assessLive = memoize((live: KubeObject): Health => {
  if (live.metadata.deletionTimestamp !== undefined)
    return { state: 'Progressing', message: 'is being deleted' };
  const revision = revisionOf(live);
  const health = { ...assessConditions(live), ...(revision === undefined ? {} : { revision }) };
  const suspended = valueAt(live['spec'], ['suspend']) === true;
  return suspended ? { ...health, state: 'Suspended' } : health;
});

/** The API groups whose controllers reconcile an object at once when its `requestedAt` annotation changes. */
const FLUX_GROUPS = /(?:^|\.)(?:toolkit\.fluxcd\.io|extensions\.fluxcd\.io|fluxcd\.controlplane\.io)\//;

/** Whether the kinds of an API are those of Flux and its extensions. */
export function isOfFlux(apiVersion: string): boolean {
  return FLUX_GROUPS.test(apiVersion);
}

/** Whether a Flux controller reconciles an object, so that requesting a reconcile has an effect. */
export function isReconciledByFlux(live: KubeObject): boolean {
  return isOfFlux(live.apiVersion) && !isStatic(live);
}

/** Whether a state neither blocks the object's dependents nor keeps the blueprint from being ready. */
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
 * Conditions that explain why a HelmRelease failed. Ready covers only Helm's last action, which may be a successful
 * rollback, and Stalled says only that Helm gave up.
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

/** Flux reconciles neither Providers and Alerts nor HelmRepositories of type oci, so they have no status. */
function isStatic(live: KubeObject): boolean {
  return (
    STATIC_KINDS.has(live.kind) ||
    live.apiVersion.startsWith(GENERATORS) ||
    (live.kind === 'HelmRepository' && valueAt(live['spec'], ['type']) === 'oci')
  );
}

/**
 * Whether a condition is about the current spec. Flux's controllers update `status.observedGeneration` only when an
 * object becomes ready or stalled. While it fails or waits, only the condition's own generation is up to date.
 */
function isPresent(condition: LiveCondition, live: KubeObject): boolean {
  const { observedGeneration } = condition;
  return observedGeneration === undefined
    ? isObserved(live)
    : observedGeneration === (live.metadata.generation ?? observedGeneration);
}

/** Whether the whole status is about the current spec. As in kstatus, one without a generation counts as current. */
function isObserved(live: KubeObject): boolean {
  const observed = observedGeneration(live);
  const { generation } = live.metadata;
  return observed === undefined || generation === undefined || observed === generation;
}

/** An ExternalSecret reports its generation at the start of `syncedResourceVersion`: `<generation>-<hash>`. */
function observedGeneration(live: KubeObject): unknown {
  const { status } = live;
  const synced = live.kind === 'ExternalSecret' ? valueAt(status, ['syncedResourceVersion']) : undefined;
  const [, generation] = typeof synced === 'string' ? (/^(\d+)-/.exec(synced) ?? []) : [];
  return generation === undefined ? valueAt(status, ['observedGeneration']) : Number(generation);
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

/** The deployed version of a chart. After a rollback it differs from the version attempted last. */
function deployedVersion(history: unknown): unknown {
  const snapshots = Array.isArray(history) ? history.filter(isObject) : [];
  return snapshots.find((snapshot) => own(snapshot, 'status') === 'deployed')?.['chartVersion'];
}

function withMessage(state: ComponentState, message: string | undefined): Health {
  return message === undefined ? { state } : { state, message };
}
