import { expect, test } from '@jest/globals';
import type { ObjectMeta } from '../../../src/api/object.ts';
import { ownershipOf } from '../../../src/core/objects/ownership.ts';

const US = { namespace: 'flux-system', name: 'platform' };
const LABELS = {
  'app.kubernetes.io/managed-by': 'fluxblueprint',
  'fluxblueprint.io/name': 'platform',
  'fluxblueprint.io/namespace': 'flux-system',
};

function owner(metadata: Partial<ObjectMeta>, tracked = false): string {
  const ownership = ownershipOf({ name: 'x', ...metadata }, US, tracked);
  return ownership.ours ? 'ours' : ownership.owner;
}

test('an object with our labels is ours', () => {
  expect(owner({ labels: LABELS })).toBe('ours');
});

test('an object of another blueprint is that one’s, even where our inventory names it', () => {
  const labels = { ...LABELS, 'fluxblueprint.io/name': 'other' };
  expect(owner({ labels })).toBe('FluxBlueprint flux-system/other');
  expect(owner({ labels, managedFields: [{ manager: 'fluxblueprint' }] }, true)).toBe(
    'FluxBlueprint flux-system/other',
  );
  expect(owner({ labels: { ...LABELS, 'fluxblueprint.io/namespace': 'b' } })).toBe(
    'FluxBlueprint b/platform',
  );
});

test('a tracked object whose labels somebody took away stays ours while we manage its fields', () => {
  const managedFields = [{ manager: 'kubectl' }, { manager: 'fluxblueprint' }];
  expect(owner({ managedFields }, true)).toBe('ours');
  expect(owner({ managedFields }, false)).toBe('field manager kubectl');
  expect(owner({ managedFields: [{ manager: 'kubectl' }] }, true)).toBe('field manager kubectl');
});

test('an object that a blueprint let go is nobody’s, whatever an inventory says, until one labels it again', () => {
  const managedFields = [{ manager: 'fluxblueprint' }];
  const annotations = { 'fluxblueprint.io/let-go-by': 'team-a/platform' };
  expect(owner({ managedFields, annotations }, true)).toBe(
    'nobody since FluxBlueprint team-a/platform let it go',
  );
  expect(owner({ managedFields, annotations, labels: LABELS })).toBe('ours');
});

test('labels that say half are nobody’s', () => {
  expect(
    owner({
      labels: { 'app.kubernetes.io/managed-by': 'fluxblueprint', 'fluxblueprint.io/name': 'platform' },
    }),
  ).toBe('someone else');
  expect(owner({ labels: { ...LABELS, 'app.kubernetes.io/managed-by': 'Helm' } })).toBe('someone else');
});

test('the owner is named as a person would: a Kustomization, a Helm release, a field manager', () => {
  const labels = {
    'kustomize.toolkit.fluxcd.io/name': 'apps',
    'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
  };
  const annotations = { 'meta.helm.sh/release-name': 'web' };
  const managedFields = [{ manager: 'flux' }];
  expect(owner({ labels, annotations, managedFields })).toBe('Kustomization flux-system/apps');
  expect(owner({ annotations, managedFields })).toBe('Helm release web');
  expect(owner({ managedFields })).toBe('field manager flux');
  expect(owner({ managedFields: [{}] })).toBe('someone else');
});
