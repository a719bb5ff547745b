import { expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/api/object.ts';
import type { Condition } from '../../../src/api/schema/status.ts';
import {
  describeFailedSince,
  findFailed,
  readinessAfter,
  readinessOf,
} from '../../../src/core/inspect/readiness.ts';
import { NOW, ago, liveBlueprint, ready } from './objects.ts';

const conditions = (...list: Condition[]) => ({ conditions: list });

test('a blueprint is as ready as its conditions say of its present generation', () => {
  const of = (status: Condition['status']) =>
    readinessOf(liveBlueprint('a', conditions(ready(status, 'so'))), NOW);
  expect(of('True')).toEqual({ state: 'ready', message: 'so' });
  expect(of('Unknown')).toEqual({ state: 'waiting', message: 'so' });
  expect(of('False')).toEqual({ state: 'failing', message: 'so' });
  const newer = liveBlueprint('a', conditions(ready('True', 'so')), { metadata: { generation: 2 } });
  expect(readinessOf(newer, NOW)).toMatchObject({ state: 'waiting' });
  expect(readinessOf(liveBlueprint('a', undefined), NOW)).toMatchObject({ state: 'waiting' });
});

test('nothing is waited for that does not come by itself', () => {
  const stalled = { ...ready('True', 'invalid'), type: 'Stalled' } as const;
  expect(readinessOf(liveBlueprint('a', conditions(ready('False', 'all of it'), stalled)), NOW)).toEqual({
    state: 'ended',
    message: 'all of it',
  });
  const spec = { suspend: true, suspendReason: 'a migration' };
  const suspended = liveBlueprint('a', conditions(ready('True', 'so')), { spec });
  expect(readinessOf(suspended, NOW)).toEqual({ state: 'ended', message: 'it is suspended: a migration' });
  const deleted = liveBlueprint('a', conditions(ready('True', 'so')), {
    metadata: { deletionTimestamp: ago(9) },
  });
  expect(readinessOf(deleted, NOW)).toMatchObject({ state: 'ended' });
});

test('after a request only that counts which was seen with it', () => {
  const [request, before] = [ago(10), ago(20)];
  const seen = (lastHandledReconcileAt: string) =>
    liveBlueprint('a', { ...conditions(ready('True', 'so')), lastHandledReconcileAt });
  expect(readinessAfter(seen(before), request, NOW)).toMatchObject({ state: 'waiting' });
  expect(readinessAfter(seen(request), request, NOW)).toMatchObject({ state: 'ready' });
  expect(readinessAfter(seen(ago(5)), request, NOW)).toMatchObject({ state: 'ready' });
});

const components = [
  { name: 'web', kind: 'Kustomization', namespace: 'apps', state: 'Failed' },
  { name: 'api', kind: 'Kustomization', namespace: 'apps', state: 'Blocked' },
] as const;
const inventory = [
  {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    namespaces: { apps: { web: 1, api: 2 } },
  },
];

test('the objects for which a blueprint fails are those that its status names as failed', () => {
  const failing = (reason: string) =>
    liveBlueprint('a', {
      ...conditions(ready('False', 'x', reason)),
      components: [...components],
      inventory,
    });
  expect(findFailed(failing('ComponentFailed'))).toEqual([
    { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', namespace: 'apps', name: 'web' },
  ]);
  expect(findFailed(failing('ApplyFailed'))).toEqual([]);
  expect(findFailed(liveBlueprint('a', undefined))).toEqual([]);
});

test('an object has failed since a request only if it has handled that', () => {
  const live = (status: 'True' | 'False', lastHandledReconcileAt: string): KubeObject => ({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'web', namespace: 'apps', generation: 1 },
    spec: {},
    status: { observedGeneration: 1, lastHandledReconcileAt, conditions: [ready(status, 'x')] },
  });
  expect(describeFailedSince([undefined, live('False', ago(5))], ago(5))).toBe(
    'Kustomization/apps/web failed: x',
  );
  for (const object of [live('False', ago(9)), live('True', ago(5)), undefined])
    expect(describeFailedSince([object], ago(5))).toBeUndefined();
});
