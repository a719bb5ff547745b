import { expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/api/object.ts';
import { assessWithSource, chartAwaitedBy } from '../../../src/core/health/health-with-source.ts';
import { liveObject } from '../live.ts';

/** A Kustomization, or a HelmRelease, whose Ready condition says something. */
function user(
  status: 'True' | 'False',
  reason: string,
  parts: { kind?: string; begun?: boolean; spec?: object; status?: object } = {},
): KubeObject {
  const { kind = 'Kustomization', begun = false, spec = {} } = parts;
  const ready = { type: 'Ready', status, reason, message: 'in the words of Flux' };
  const reconciling = { type: 'Reconciling', status: 'True', reason: 'ProgressingWithRetry', message: '' };
  const conditions = begun ? [reconciling, ready] : [ready];
  return liveObject({ kind, spec, status: { observedGeneration: 2, conditions, ...parts.status } });
}

/** A source that has fetched a revision, or nothing yet. */
function source(revision: string | undefined, status: 'True' | 'False' = 'True', kind = 'GitRepository') {
  const artifact = revision === undefined ? {} : { artifact: { revision } };
  const conditions = [{ type: 'Ready', status, reason: 'Any', message: 'no such host' }];
  return liveObject({ kind, status: { observedGeneration: 2, ...artifact, conditions } });
}

function applied(revision: string): KubeObject {
  return user('True', 'ReconciliationSucceeded', { status: { lastAppliedRevision: revision } });
}

test('who is ready with what its source had before is on its way', () => {
  expect(assessWithSource(applied('main@1'), source('main@2'))).toEqual({
    state: 'Progressing',
    revision: 'main@1',
    message: 'has not applied main@2 yet',
  });
  expect(assessWithSource(applied('main@2'), source('main@2')).state).toBe('Ready');
  expect(assessWithSource(applied('main@2'), source(undefined)).state).toBe('Ready');
  expect(assessWithSource(applied('main@2'), undefined).state).toBe('Ready');
});

test('who looked before its source had anything is blocked by the source, and then on its way', () => {
  const early = user('False', 'ArtifactFailed');
  expect(assessWithSource(early, source(undefined, 'False')).state).toBe('Blocked');
  expect(assessWithSource(early, source('main@1')).state).toBe('Progressing');
});

test('who had begun, and cannot use what there is, has failed', () => {
  for (const reason of ['ArtifactFailed', 'BuildFailed'])
    expect(assessWithSource(user('False', reason, { begun: true }), source('main@1'))).toEqual({
      state: 'Failed',
      message: 'in the words of Flux',
    });
});

test('without its source nothing is excused', () => {
  expect(assessWithSource(user('False', 'ArtifactFailed'), undefined).state).toBe('Failed');
});

const CHART = {
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'HelmChart',
  namespace: 'apps',
  name: 'apps-web',
};

function release(reason: string, spec: object = { chart: {} }): KubeObject {
  return user('False', reason, { kind: 'HelmRelease', spec, status: { helmChart: 'apps/apps-web' } });
}

test('a release that waits for its chart is on its way until the chart has failed', () => {
  const waiting = release('SourceNotReady');
  expect(chartAwaitedBy(waiting)).toEqual(CHART);
  for (const chart of [
    undefined,
    liveObject({ kind: 'HelmChart', status: {} }),
    source('1.0.0', 'True', 'HelmChart'),
  ])
    expect(assessWithSource(waiting, chart).state).toBe('Progressing');
  const failed = source(undefined, 'False', 'HelmChart');
  expect(assessWithSource(waiting, failed)).toEqual({ state: 'Failed', message: 'in the words of Flux' });
});

test('a release of a chart in an OCI repository waits for that, and no chart is made', () => {
  const waiting = release('SourceNotReady', { chartRef: { kind: 'OCIRepository', name: 'web' } });
  expect(chartAwaitedBy(waiting)).toBeUndefined();
  expect(assessWithSource(waiting, source(undefined, 'False', 'OCIRepository')).state).toBe('Blocked');
  expect(assessWithSource(waiting, source('1.0.0', 'True', 'OCIRepository')).state).toBe('Progressing');
});

test('a release that failed for another reason awaits no chart', () => {
  expect(chartAwaitedBy(release('InstallFailed'))).toBeUndefined();
  expect(chartAwaitedBy(undefined)).toBeUndefined();
  expect(assessWithSource(release('InstallFailed'), undefined).state).toBe('Failed');
});
