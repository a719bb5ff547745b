import { expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/api/object.ts';
import {
  type MigrationState,
  checkMigration,
  describeCheck,
} from '../../../src/core/import/check/check-migration.ts';

const ref = {
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  namespace: 'flux-system',
  name: 'apps',
};

const parent: KubeObject = {
  apiVersion: ref.apiVersion,
  kind: ref.kind,
  metadata: { namespace: 'flux-system', name: 'root' },
  status: { inventory: { entries: [{ id: 'flux-system_apps_kustomize.toolkit.fluxcd.io_Kustomization' }] } },
};

const OURS = { 'fluxblueprint.io/name': 'one', 'fluxblueprint.io/namespace': 'flux-system' };
const THEIRS = {
  'kustomize.toolkit.fluxcd.io/name': 'root',
  'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
};

function state(labels: Record<string, string>, annotations: Record<string, string> = {}): MigrationState {
  const { apiVersion, kind, namespace, name } = ref;
  return {
    blueprint: { name: 'one', namespace: 'flux-system', adopts: true },
    readiness: { ready: true, message: '' },
    objects: [{ ref, live: { apiVersion, kind, metadata: { namespace, name, labels, annotations } } }],
    kustomizations: [parent],
  };
}

test('the second commit is not safe while a parent would delete an object with its file', () => {
  const check = checkMigration(state({ ...OURS, ...THEIRS }));
  expect(check).toMatchObject({ next: 'commit-2', adopted: 1 });
  expect(check.blockers).toEqual([
    'Kustomization/flux-system/apps would be deleted with its file by Kustomization flux-system/root: give it the annotation kustomize.toolkit.fluxcd.io/prune: disabled',
  ]);
});

test('it is safe where the object is not to be pruned, or the labels of the parent are gone', () => {
  const disabled = { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' };
  for (const safe of [state({ ...OURS, ...THEIRS }, disabled), state(OURS)])
    expect(checkMigration(safe)).toMatchObject({ next: 'commit-2', blockers: [] });
  expect(checkMigration({ ...state(OURS), kustomizations: [] })).toMatchObject({ next: 'nothing' });
});

test('the first commit is not safe where the blueprint takes nothing over, or an object is of another one', () => {
  const before = { ...state({ ...OURS, 'fluxblueprint.io/name': 'two' }), readiness: undefined };
  const check = checkMigration({ ...before, blueprint: { ...before.blueprint, adopts: false } });
  expect(check.blockers).toEqual([
    'the blueprint lacks `adoption: Adopt`, so that it would take nothing over',
    'Kustomization/flux-system/apps is of another blueprint, two: it would be refused',
  ]);
});

test('of many things in the way the first are told', () => {
  const blockers = Array.from({ length: 50 }, (_, i) => `x${i}`);
  const { summary, blockers: told } = describeCheck({ next: 'commit-2', blockers, adopted: 0, objects: 50 });
  expect(summary).toBe(
    '0 of 50 objects are taken over; next is commit 2, which removes the old files, and is not safe yet',
  );
  expect([told.length, told.at(-1)]).toEqual([21, 'and 30 more']);
});
