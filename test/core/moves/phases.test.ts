import { expect, test } from '@jest/globals';
import { MOVES_TO, RECONCILE_REQUEST } from '../../../src/api/names.ts';
import type { KubeObject, ObjectMeta } from '../../../src/api/object.ts';
import { type MovePhase, isOver, isReleased, mayArrive, phaseOf } from '../../../src/core/moves/phases.ts';
import { liveObject, readyStatus } from '../live.ts';

const entries = (...names: string[]): object => ({
  inventory: { entries: names.map((name) => ({ id: `apps_${name}_apps_Deployment`, v: 'v1' })) },
});

const FLUX = { finalizers: ['finalizers.fluxcd.io'] };
const marked = (request = 'now'): Partial<ObjectMeta> => ({
  ...FLUX,
  annotations: { [MOVES_TO]: 'flux-system/new', [RECONCILE_REQUEST]: request },
});
const RELEASED = { suspend: true, deletionPolicy: 'Orphan' };

const released = (status: object = {}): KubeObject =>
  liveObject({ metadata: marked(), spec: RELEASED, status: { lastHandledReconcileAt: 'now', ...status } });

const arrived = (status: object = {}, ready: 'True' | 'False' | 'Unknown' = 'True'): KubeObject =>
  liveObject({ metadata: { name: 'new' }, status: { ...readyStatus(ready), ...status } });

function phase(live: KubeObject, there?: KubeObject): MovePhase['type'] {
  return phaseOf({ live, unsafe: undefined }, there).type;
}

test('what goes is released before anything else, whatever is there of what comes', () => {
  for (const spec of [{}, { suspend: true }, { deletionPolicy: 'Orphan' }, { ...RELEASED, suspend: false }]) {
    expect(phase(liveObject({ metadata: marked(), spec }))).toBe('release');
    expect(phase(liveObject({ metadata: marked(), spec }), arrived())).toBe('release');
  }
});

test('one that somebody suspended by hand is released too, because Flux may still work for it', () => {
  expect(isReleased(liveObject({ metadata: FLUX, spec: RELEASED }))).toBe(false);
});

test('it is over when Flux has handled the request of the release, or never began', () => {
  const table: [ObjectMeta | Partial<ObjectMeta>, string | undefined, boolean][] = [
    [marked('now'), 'now', true],
    [marked('now'), 'before', false],
    [marked('now'), undefined, false],
    [{ ...FLUX, annotations: { [MOVES_TO]: 'a/b' } }, undefined, false],
    [{ ...marked('now'), finalizers: [] }, undefined, true],
    [{ ...marked('now'), finalizers: ['example.com/other'] }, undefined, true],
  ];
  for (const [metadata, lastHandledReconcileAt, over] of table)
    expect(isOver(liveObject({ metadata, spec: RELEASED, status: { lastHandledReconcileAt } }))).toBe(over);
  expect(phase(liveObject({ metadata: marked(), spec: RELEASED }))).toBe('releasing');
});

test('what comes must be ready, and hold all that the other held', () => {
  expect(phase(released(entries('a')))).toBe('taking-over');
  expect(phase(released(entries('a')), arrived(entries('a'), 'Unknown'))).toBe('taking-over');
  expect(phase(released(entries('a')), arrived(entries('a'), 'False'))).toBe('taking-over');
  const before = { ...readyStatus('True'), observedGeneration: 1, ...entries('a') };
  expect(phase(released(entries('a')), arrived(before))).toBe('taking-over');
  expect(phase(released(entries('a')), arrived(entries('a', 'b')))).toBe('done');
  expect(phase(released(), arrived())).toBe('done');
});

test('what is left behind is named', () => {
  const found = phaseOf({ live: released(entries('a', 'b', 'c')), unsafe: undefined }, arrived(entries('b')));
  expect(found).toMatchObject({ type: 'left-behind', names: ['Deployment/apps/a', 'Deployment/apps/c'] });
  const ids = ['_system__admin_rbac.authorization.k8s.io_ClusterRole', 'apps_x__ConfigMap'];
  const live = released({ inventory: { entries: ids.map((id) => ({ id, v: 'v1' })) } });
  expect(phaseOf({ live, unsafe: undefined }, arrived())).toMatchObject({
    names: ['ClusterRole/system:admin', 'ConfigMap/apps/x'],
  });
});

test('what comes may be applied from the moment on at which Flux does nothing for the other', () => {
  const types: MovePhase[] = [
    { type: 'unsafe', why: '' },
    { type: 'release', why: '' },
    { type: 'releasing', why: '' },
    { type: 'taking-over', why: '' },
    { type: 'left-behind', why: '', names: [] },
    { type: 'done' },
  ];
  expect(types.map((one) => mayArrive(one))).toEqual([false, false, false, true, true, true]);
});

const helm = (parts: { metadata?: Partial<ObjectMeta>; spec?: object; status?: object }): KubeObject => ({
  ...liveObject({ ...parts, kind: 'HelmRelease' }),
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
});
const history = (name: string, storageNamespace = 'flux-system'): object => ({
  history: [{ name, status: 'deployed' }],
  storageNamespace,
});

test('a HelmRelease has moved when the release stands in the history of the other', () => {
  const old = helm({
    metadata: marked(),
    spec: { suspend: true, releaseName: 'cache' },
    status: { lastHandledReconcileAt: 'now', ...history('cache') },
  });
  const there = (status: object): KubeObject =>
    helm({ metadata: { name: 'new' }, status: { ...readyStatus('True'), ...status } });
  expect(phase(old, there(history('cache')))).toBe('done');
  expect(phase(old, there(history('other')))).toBe('left-behind');
  expect(phase(old, there(history('cache', 'other')))).toBe('left-behind');
  expect(phase(old, there({}))).toBe('left-behind');
});

test('hostile statuses are read as empty ones', () => {
  for (const status of [null, 1, { inventory: 1 }, { inventory: { entries: [1, null, { id: 1 }] } }])
    expect(
      phase(
        { ...released(), status: { ...(released()['status'] as object), ...(status as object) } },
        arrived(),
      ),
    ).toBe('done');
});
