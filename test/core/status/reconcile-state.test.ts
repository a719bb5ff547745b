import { expect, test } from '@jest/globals';
import type { ComponentStatus } from '../../../src/api/schema/status.ts';
import { type Plan, emptyPlan } from '../../../src/core/plan/plan.ts';
import type { PruneProgress } from '../../../src/core/plan/prune-progress.ts';
import type { InForce } from '../../../src/core/rollout/decide.ts';
import type { ClosedGate } from '../../../src/core/rollout/gates.ts';
import { type ReconcileState, markConditions } from '../../../src/core/status/conditions.ts';
import type { ObjectReport } from '../../../src/core/status/object-report.ts';
import type { RolloutReport } from '../../../src/core/status/rollout-report.ts';
import {
  awaitSources,
  blockedDeletion,
  decideDeletionState,
  decideState,
  isComplete,
  requeueAfter,
} from '../../../src/core/status/reconcile-state.ts';
import { desiredObject } from '../live.ts';

const APPS = desiredObject('apps');

const PRUNED: PruneProgress = { gone: new Set(), waiting: [], failures: [], requeueAfterMs: 30_000 };

function plan(parts: Partial<Plan> = {}): Plan {
  return { ...emptyPlan(), ...parts };
}

function report(cause?: ComponentStatus, suspended = 0): ObjectReport {
  const summary = { components: '1/2', ready: 1, progressing: 1, blocked: 0, failed: 0, suspended, total: 2 };
  return {
    summary,
    layers: [],
    components: [],
    environments: [],
    receivers: [],
    settled: cause === undefined,
    cause,
  };
}

function cause(state: ComponentStatus['state'], message?: string): ComponentStatus {
  return {
    name: 'apps',
    kind: 'Kustomization',
    namespace: 'flux-system',
    state,
    ...(message === undefined ? {} : { message }),
  };
}

function decide(
  objects: ObjectReport,
  planned: Plan,
  pruned: PruneProgress,
  rollout?: RolloutReport,
): ReconcileState {
  return decideState({ objects, plan: planned, pruned, rollout });
}

const FAILED_PRUNE: PruneProgress = {
  ...PRUNED,
  failures: [{ object: 'Kustomization/a/old', error: new Error('forbidden') }],
};

test('with everything settled it is ready, and says how many are suspended', () => {
  expect(decide(report(), plan(), PRUNED)).toEqual({ type: 'ready', message: '1/2 ready' });
  expect(decide(report(undefined, 1), plan(), PRUNED).message).toBe('1/2 ready, 1 suspended');
});

test('a failure to prune comes before all else, and is tried again', () => {
  expect(decide(report(cause('Failed')), plan(), FAILED_PRUNE)).toEqual({
    type: 'failing',
    reason: 'PruneFailed',
    retrying: true,
    message: 'Kustomization/a/old is no longer wanted and cannot be deleted: forbidden',
  });
});

test('the root cause is reported: a failure as one, anything else as what is waited for', () => {
  expect(decide(report(cause('Failed', 'no such path')), plan(), PRUNED)).toMatchObject({
    type: 'failing',
    reason: 'ComponentFailed',
    message: '1/2 ready; Kustomization/flux-system/apps failed: no such path',
  });
  expect(decide(report(cause('Progressing', 'is applying')), plan(), PRUNED)).toMatchObject({
    type: 'progressing',
    message: '1/2 ready; waiting for Kustomization/flux-system/apps: is applying',
  });
  const blocked = plan({ blocked: [{ object: APPS, waitsFor: ['HelmRelease/a/db', 'Job/a/seed'] }] });
  expect(decide(report(cause('Blocked')), blocked, PRUNED).message).toBe(
    '1/2 ready; waiting for Kustomization/flux-system/apps, which waits for HelmRelease/a/db, Job/a/seed',
  );
});

const STAGE = { environment: 'production', keeps: { deadline: false, followed: false }, plan: undefined };
const IN_FORCE = { revision: 7, digest: 'old', since: undefined, stored: true, earlier: [] };

/** What waits in production. */
function waiting(waitsFor: ClosedGate, inForce: InForce | undefined = IN_FORCE): RolloutReport {
  return {
    wanted: { revision: 8, digest: 'new' },
    stages: [
      { ...STAGE, environment: 'staging', inForce: IN_FORCE, waitsFor: undefined },
      { ...STAGE, inForce, waitsFor },
    ],
    now: 0,
  };
}

test('a change that waits for a person or a time leaves the blueprint ready, and one that goes on by itself does not', () => {
  const person = waiting({ gate: 'Approval', message: 'approval of plan 3fa9c2 (2 to change)' });
  expect(decide(report(), plan(), PRUNED, person)).toEqual({
    type: 'ready',
    message:
      '1/2 ready; revision 7 in force; revision 8 waits in production: approval of plan 3fa9c2 (2 to change)',
  });
  expect(decide(report(), plan(), PRUNED, waiting({ gate: 'After', message: 'soaks', opens: 5 })).type).toBe(
    'ready',
  );
  const after = waiting({ gate: 'After', message: 'staging must be ready with the same revision first' });
  expect(decide(report(), plan(), PRUNED, after)).toMatchObject({ type: 'progressing' });
});

test('what was never installed is not ready while it waits, and nothing is said to go on', () => {
  const { stages, ...rest } = waiting({ gate: 'Approval', message: 'approval of plan 3fa9c2' });
  const first = { ...rest, stages: stages.map((stage) => ({ ...stage, inForce: undefined })) };
  const state = decide(report(), plan(), PRUNED, first);
  expect(state).toMatchObject({
    type: 'waiting',
    message: '1/2 ready; revision 8 waits in production: approval of plan 3fa9c2',
  });
  expect(markConditions([], state, 1, '2026-12-01T10:00:00Z')).toMatchObject([
    { type: 'Ready', status: 'Unknown', reason: 'Waiting' },
  ]);
});

test('while something is being deleted it is not ready', () => {
  const pruned = { ...PRUNED, waiting: ['Kustomization/a/old is being deleted'] };
  expect(decide(report(), plan(), pruned)).toMatchObject({
    type: 'progressing',
    message: 'deleting: Kustomization/a/old is being deleted',
  });
});

test('only a blueprint that is about to become ready waits for its sources', () => {
  const source = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    namespace: 'a',
    name: 'fleet',
  };
  const ready = { type: 'ready', message: '2/2 ready' } as const;
  const progressing = { type: 'progressing', reason: 'Progressing', message: 'on its way' } as const;
  expect(awaitSources(ready, false, source)).toEqual({
    type: 'progressing',
    reason: 'Progressing',
    message: '2/2 ready; GitRepository/a/fleet has changed just now',
  });
  expect(awaitSources(ready, true, source)).toBe(ready);
  expect(awaitSources(ready, false, undefined)).toBe(ready);
  expect(awaitSources(progressing, false, source)).toBe(progressing);
});

test('a deletion names what blocks it before what it waits for', () => {
  const pruned = { ...FAILED_PRUNE, waiting: ['Kustomization/a/b is being deleted'] };
  expect(decideDeletionState(pruned, 2)).toEqual(
    blockedDeletion(2, 'Kustomization/a/old cannot be deleted: forbidden'),
  );
  expect(decideDeletionState({ ...pruned, failures: [] }, 2)).toEqual({
    type: 'progressing',
    reason: 'Terminating',
    message: 'deleting in reverse order, 2 objects are left: Kustomization/a/b is being deleted',
  });
});

test('the next step comes soon where this one may have made it possible, else when the watch reports it', () => {
  const blocked = [{ object: APPS, waitsFor: ['x'] }];
  const apply = [{ object: APPS, cause: 'create', drift: [] } as const];
  expect(requeueAfter(plan({ blocked, apply: [...apply] }), PRUNED)).toBe(1_000);
  expect(requeueAfter(plan({ blocked }), { ...PRUNED, gone: new Set(['a']) })).toBe(1_000);
  expect(requeueAfter(plan({ blocked }), PRUNED)).toBeUndefined();
  expect(requeueAfter(plan(), { ...PRUNED, waiting: ['x'], requeueAfterMs: 7 })).toBe(7);
});

test('a plan is complete where nothing of it is held back', () => {
  expect(isComplete(plan())).toBe(true);
  expect(isComplete(plan({ blocked: [{ object: APPS, waitsFor: [] }] }))).toBe(false);
  expect(isComplete(plan({ terminating: [APPS] }))).toBe(false);
});
