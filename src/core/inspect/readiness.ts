import { type KubeObject, type ObjectRef, displayName, refOf } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import { assessHealth } from '../health/health.ts';
import { readInventory, refOfTracked } from '../objects/inventory.ts';
import { hasHandled } from '../plan/reconcile-requests.ts';
import { suspensionAt } from '../plan/suspension.ts';
import { Reason } from '../status/conditions.ts';
import { describeSuspension } from './suspension.ts';

/** Whether what a blueprint says now is so, in words too. */
export interface Readiness {
  /**
   * - ready: all of it is as the blueprint says.
   * - waiting: it may become so by itself.
   * - failing: something failed, and is tried again.
   * - ended: nothing changes until somebody changes something.
   */
  state: 'ready' | 'waiting' | 'failing' | 'ended';
  message: string;
}

/** Whether a blueprint is ready at a moment, in milliseconds since the epoch. */
export function readinessOf({ metadata, spec, status }: Blueprint, now: number): Readiness {
  if (metadata.deletionTimestamp !== undefined)
    return { state: 'ended', message: `it is being deleted since ${metadata.deletionTimestamp}` };
  if (suspensionAt(spec, now).blueprint)
    return { state: 'ended', message: `it is ${describeSuspension(spec, now) ?? 'suspended'}` };
  const conditions = (status?.conditions ?? []).filter(
    ({ observedGeneration }) =>
      observedGeneration === undefined || observedGeneration === metadata.generation,
  );
  const stalled = conditions.find((condition) => condition.type === 'Stalled' && condition.status === 'True');
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (stalled !== undefined) return { state: 'ended', message: ready?.message ?? stalled.message };
  if (ready === undefined)
    return { state: 'waiting', message: 'no operator has looked at this version of it yet' };
  const states = { True: 'ready', False: 'failing', Unknown: 'waiting' } as const;
  return { state: states[ready.status], message: ready.message };
}

/**
 * The same for whoever has asked for a reconcile: what was seen before the operator handled that says nothing yet.
 *
 * @param request the value of the request
 */
export function readinessAfter(blueprint: Blueprint, request: string, now: number): Readiness {
  const readiness = readinessOf(blueprint, now);
  if (readiness.state === 'ended' || hasHandled(blueprint as unknown as KubeObject, request))
    return readiness;
  return { state: 'waiting', message: 'the operator has not handled the request yet' };
}

/** The most failed objects that are looked at. */
const MAX_FAILED = 5;

/**
 * The objects for which a blueprint is failing. None where it is failing by itself: what the operator has just tried
 * has failed, and an object has not.
 */
export function findFailed({ status }: Pick<Blueprint, 'status'>): ObjectRef[] {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.reason !== Reason.ComponentFailed) return [];
  const failed = (status?.components ?? []).filter(({ state }) => state === 'Failed').slice(0, MAX_FAILED);
  const known = readInventory(status).map(refOfTracked);
  return failed.flatMap(
    (component) =>
      known.find(
        ({ kind, namespace = '', name }) =>
          kind === component.kind && namespace === component.namespace && name === component.name,
      ) ?? [],
  );
}

/** What of some objects has failed since a request, and not before, in words; undefined where nothing has. */
export function describeFailedSince(
  objects: readonly (KubeObject | undefined)[],
  request: string,
): string | undefined {
  const failed = objects.find(
    (live) => live !== undefined && hasHandled(live, request) && assessHealth(live).state === 'Failed',
  );
  if (failed === undefined) return undefined;
  const { message } = assessHealth(failed);
  return `${displayName(refOf(failed))} failed${message === undefined ? '' : `: ${message}`}`;
}
