import { expect, test } from '@jest/globals';
import { assessHealth, isSettled } from '../../../src/core/health/health.ts';
import { liveObject, readyStatus } from '../live.ts';

function ready(status: 'True' | 'False' | 'Unknown', reason?: string, message?: string) {
  return assessHealth(liveObject({ status: readyStatus(status, reason, message) }));
}

test('an object that does not exist is pending', () => {
  expect(assessHealth(undefined)).toEqual({ state: 'Pending' });
});

test('an object that is being deleted is under way, whatever it was', () => {
  const live = liveObject({
    metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' },
    status: readyStatus('True'),
  });
  expect(assessHealth(live)).toEqual({ state: 'Progressing', message: 'is being deleted' });
});

test('an object that Flux has not looked at is under way', () => {
  expect(assessHealth(liveObject())).toEqual({ state: 'Progressing' });
  expect(assessHealth(liveObject({ status: { observedGeneration: -1 } }))).toEqual({ state: 'Progressing' });
});

test('Ready says what it is', () => {
  expect(ready('True')).toEqual({ state: 'Ready' });
  expect(ready('Unknown', 'Progressing', 'building')).toEqual({ state: 'Progressing', message: 'building' });
  expect(ready('False', 'BuildFailed', 'no such path')).toEqual({ state: 'Failed', message: 'no such path' });
});

test('an object that waits for its dependencies is blocked', () => {
  expect(ready('False', 'DependencyNotReady', 'dependency flux-system/a is not ready')).toEqual({
    state: 'Blocked',
    message: 'dependency flux-system/a is not ready',
  });
});

test('a failure counts before Flux ever moved status.observedGeneration, as on a first rollout', () => {
  const live = liveObject({
    status: { ...readyStatus('False', 'BuildFailed', 'x'), observedGeneration: -1 },
  });
  expect(assessHealth(live)).toEqual({ state: 'Failed', message: 'x' });
});

test('a condition about an older generation says nothing of the present one', () => {
  const conditions = (status: string) => [
    { type: 'Ready', status, reason: 'X', message: 'old', observedGeneration: 1 },
  ];
  for (const status of ['True', 'False', 'Unknown']) {
    const live = liveObject({ status: { observedGeneration: 1, conditions: conditions(status) } });
    expect(assessHealth(live)).toEqual({ state: 'Progressing' });
  }
});

test('a condition without a generation counts by that of the status', () => {
  const status = (observedGeneration: number) => ({
    observedGeneration,
    conditions: [{ type: 'Ready', status: 'True', reason: 'X', message: '' }],
  });
  expect(assessHealth(liveObject({ status: status(2) })).state).toBe('Ready');
  expect(assessHealth(liveObject({ status: status(1) })).state).toBe('Progressing');
});

test('ready is only what the status as a whole observed', () => {
  const live = liveObject({ status: { ...readyStatus('True'), observedGeneration: 1 } });
  expect(assessHealth(live).state).toBe('Progressing');
});

test('a status without a generation is about the present one, as in kstatus', () => {
  const live = liveObject({
    kind: 'ExternalSecret',
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
  expect(assessHealth(live).state).toBe('Ready');
});

test('a stalled object has failed, with the message of the stall', () => {
  const status = readyStatus('False', 'X', 'of ready');
  status.conditions.push({ type: 'Stalled', status: 'True', message: 'of the stall', observedGeneration: 2 });
  expect(assessHealth(liveObject({ status }))).toEqual({ state: 'Failed', message: 'of the stall' });
  const dependency = readyStatus('Unknown', 'DependencyNotReady', 'm');
  dependency.conditions.push({ type: 'Stalled', status: 'True', observedGeneration: 2 });
  expect(assessHealth(liveObject({ status: dependency }))).toEqual({ state: 'Failed', message: 'm' });
});

test('a stall that is over, or of an older generation, does not count', () => {
  for (const stalled of [
    { type: 'Stalled', status: 'False', observedGeneration: 2 },
    { type: 'Stalled', status: 'True', observedGeneration: 1 },
  ]) {
    const status = readyStatus('True');
    status.conditions.push(stalled);
    expect(assessHealth(liveObject({ status })).state).toBe('Ready');
  }
});

test('a suspended object is suspended, and still says why it failed', () => {
  const live = liveObject({ spec: { suspend: true }, status: readyStatus('False', 'X', 'broken') });
  expect(assessHealth(live)).toEqual({ state: 'Suspended', message: 'broken' });
  expect(assessHealth(liveObject({ spec: { suspend: false }, status: readyStatus('True') })).state).toBe(
    'Ready',
  );
});

test.each(['Provider', 'Alert', 'ConfigMap', 'Namespace'])(
  'a %s has no status and is ready when it is there',
  (kind) => {
    expect(assessHealth(liveObject({ kind }))).toEqual({ state: 'Ready' });
  },
);

test.each([
  ['2-1a2b', 'Ready'],
  ['1-1a2b', 'Progressing'],
  ['', 'Ready'],
])('an ExternalSecret of generation 2 that synced %j is %s', (syncedResourceVersion, state) => {
  const status = { conditions: [{ type: 'Ready', status: 'True' }], syncedResourceVersion };
  expect(assessHealth(liveObject({ kind: 'ExternalSecret', status })).state).toBe(state);
});

test('a HelmRepository of type oci is ready when it is there, another one when Flux fetched it', () => {
  expect(assessHealth(liveObject({ kind: 'HelmRepository', spec: { type: 'oci' } })).state).toBe('Ready');
  expect(assessHealth(liveObject({ kind: 'HelmRepository', spec: {} })).state).toBe('Progressing');
  expect(assessHealth(liveObject({ kind: 'OCIRepository', spec: { type: 'oci' } })).state).toBe(
    'Progressing',
  );
});

test('the revision is that which was applied, else fetched, else tried', () => {
  const revision = (status: object) =>
    assessHealth(liveObject({ status: { ...readyStatus('True'), ...status } })).revision;
  const all = {
    lastAppliedRevision: 'applied',
    artifact: { revision: 'fetched' },
    lastAttemptedRevision: 'tried',
  };
  expect(revision(all)).toBe('applied');
  expect(revision({ ...all, lastAppliedRevision: undefined })).toBe('fetched');
  expect(revision({ lastAttemptedRevision: 'tried' })).toBe('tried');
  expect(revision({ lastAppliedRevision: 5 })).toBeUndefined();
});

test('a status that is no status at all is one that says nothing', () => {
  for (const status of [null, 'x', [], { conditions: 'x' }, { conditions: [null, 5] }]) {
    expect(assessHealth(liveObject({ status })).state).toBe('Progressing');
  }
});

test('ready and suspended objects hold nothing back, all others do', () => {
  expect(['Ready', 'Suspended'].map((state) => isSettled(state as 'Ready'))).toEqual([true, true]);
  expect((['Failed', 'Blocked', 'Progressing', 'Pending'] as const).map((state) => isSettled(state))).toEqual(
    [false, false, false, false],
  );
});

test('after a rollback the message says what failed, and which version is deployed', () => {
  const condition = (type: string, status: string, message: string) => ({
    type,
    status,
    message,
    reason: 'X',
    observedGeneration: 2,
  });
  const rolledBack = condition('Remediated', 'True', 'rollback to web.v1 succeeded');
  const failed = condition('Released', 'False', 'upgrade failed: no such field');
  const snapshots = [
    { version: 3, status: 'deployed', chartVersion: '1.0.0' },
    { version: 2, status: 'failed', chartVersion: '1.1.0' },
  ];
  const status = { observedGeneration: 2, lastAttemptedRevision: '1.1.0', history: snapshots };
  const assess = (...conditions: object[]) =>
    assessHealth(liveObject({ kind: 'HelmRelease', status: { ...status, conditions } }));
  const ready = condition('Ready', 'False', rolledBack.message);

  expect(assess(ready, failed, rolledBack)).toEqual({
    state: 'Failed',
    message: 'rollback to web.v1 succeeded; upgrade failed: no such field',
    revision: '1.0.0',
  });
  const gaveUp = condition('Stalled', 'True', 'Failed to upgrade after 2 attempt(s)');
  expect(assess(ready, failed, rolledBack, gaveUp).message).toBe(
    'Failed to upgrade after 2 attempt(s); rollback to web.v1 succeeded; upgrade failed: no such field',
  );
});
