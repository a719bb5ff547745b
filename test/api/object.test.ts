import { expect, test } from '@jest/globals';
import { displayName, objectId, refOf, refOfId, splitApiVersion } from '../../src/api/object.ts';

const NAMESPACED = {
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  kind: 'HelmRelease',
  namespace: 'apps',
  name: 'web.v2-1',
};

test.each([
  NAMESPACED,
  { apiVersion: 'v1', kind: 'Secret', namespace: 'apps', name: 'key' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'viewer' },
  { apiVersion: 'v1', kind: 'Namespace', name: 'apps' },
])('the id of $kind $name reads back as the same reference', (ref) => {
  expect(refOfId(objectId(ref), splitApiVersion(ref.apiVersion).version)).toEqual(ref);
});

test('an id does not depend on the version', () => {
  expect(objectId({ ...NAMESPACED, apiVersion: 'helm.toolkit.fluxcd.io/v2beta2' })).toBe(
    objectId(NAMESPACED),
  );
  expect(objectId(NAMESPACED)).toBe('apps_web.v2-1_helm.toolkit.fluxcd.io_HelmRelease');
});

test('an apiVersion without a group is of the core group', () => {
  expect(splitApiVersion('v1')).toEqual({ group: '', version: 'v1' });
  expect(splitApiVersion('apps/v1')).toEqual({ group: 'apps', version: 'v1' });
});

test('the reference of an object has a namespace only where the object has one', () => {
  const { apiVersion, kind, ...metadata } = NAMESPACED;
  expect(refOf({ apiVersion, kind, metadata })).toEqual(NAMESPACED);
  expect(refOf({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apps' } })).toEqual({
    apiVersion: 'v1',
    kind: 'Namespace',
    name: 'apps',
  });
});

test('a person reads kind, namespace and name', () => {
  expect(displayName(NAMESPACED)).toBe('HelmRelease/apps/web.v2-1');
  expect(displayName({ kind: 'Namespace', name: 'apps' })).toBe('Namespace/apps');
  expect(displayName({ kind: 'Namespace', namespace: '', name: 'apps' })).toBe('Namespace/apps');
});
