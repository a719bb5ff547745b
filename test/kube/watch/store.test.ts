import { expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/api/object.ts';
import { compareResourceVersions } from '../../../src/kube/watch/resource-version.ts';
import { WatchedStore } from '../../../src/kube/watch/store.ts';

function object(name: string, resourceVersion: string, uid = 'u'): KubeObject {
  return { apiVersion: 'v1', kind: 'Thing', metadata: { namespace: 'ns', name, resourceVersion, uid } };
}

/** A store that the watch has filled up to resource version 10. */
function filled(...objects: KubeObject[]): WatchedStore {
  const store = new WatchedStore();
  for (const each of objects) store.put(each);
  store.advance('10');
  return store;
}

test('resource versions are ordered as numbers of any size', () => {
  const sorted = ['9', '10', '9007199254740992', '9007199254740993', '18446744073709551616'];
  expect([...sorted].reverse().sort(compareResourceVersions)).toEqual(sorted);
});

test('a resource version that was reported before is not reported again', () => {
  const store = filled(object('a', '5'));
  expect(store.put(object('a', '5'))).toEqual([]);
  expect(store.put(object('a', '11'))).toMatchObject([{ type: 'Modified', old: object('a', '5') }]);
});

test('an object that took the name of another is reported as a deletion and an addition', () => {
  const store = filled(object('a', '5', 'first'));
  const changes = store.put(object('a', '11', 'second'));
  expect(changes.map(({ type, object: { metadata } }) => `${type} ${metadata.uid}`)).toEqual([
    'Deleted first',
    'Added second',
  ]);
});

test('managed fields are not held', () => {
  const managed = object('a', '5');
  Object.assign(managed.metadata, { managedFields: [{ manager: 'x' }] });
  const store = filled(managed);
  store.assume({ ...managed, metadata: { ...managed.metadata, resourceVersion: '12' } });
  expect(store.get('ns', 'a')?.metadata).toEqual(object('a', '12').metadata);
});

test('our own write is seen at once, and reported when the watch brings it', () => {
  const store = filled(object('a', '5'));
  store.assume(object('a', '12'));
  expect(store.get('ns', 'a')).toEqual(object('a', '12'));
  expect([...store.list()]).toEqual([object('a', '12')]);
  expect(store.put(object('a', '11'))).toMatchObject([{ type: 'Modified', old: object('a', '5') }]);
  expect(store.get('ns', 'a')).toEqual(object('a', '12'));
  expect(store.put(object('a', '12'))).toMatchObject([{ type: 'Modified', old: object('a', '11') }]);
  expect(store.put(object('a', '13'))).toHaveLength(1);
  expect(store.get('ns', 'a')).toEqual(object('a', '13'));
});

test('a write that created an object counts once', () => {
  const store = filled(object('a', '5'));
  store.assume(object('b', '12'));
  expect(store.size).toBe(2);
  expect(store.put(object('b', '12'))).toMatchObject([{ type: 'Added' }]);
  expect(store.size).toBe(2);
});

test('an answer that comes after the deletion of its object does not bring it back', () => {
  const store = filled(object('a', '5'));
  store.remove(object('a', '14'));
  store.advance('14');
  store.assume(object('a', '12'));
  expect(store.get('ns', 'a')).toBeUndefined();
});

test('a deletion ends an older assumption and spares a newer one', () => {
  const store = filled(object('a', '5'), object('b', '6'));
  store.assume(object('a', '12'));
  store.assume(object('b', '20'));
  expect(store.remove(object('a', '14'))).toMatchObject([{ type: 'Deleted' }]);
  expect(store.remove(object('b', '15'))).toMatchObject([{ type: 'Deleted' }]);
  expect(store.get('ns', 'a')).toBeUndefined();
  expect(store.get('ns', 'b')).toEqual(object('b', '20'));
});

test('an older answer does not hide a newer one', () => {
  const store = filled();
  store.assume(object('a', '13'));
  store.assume(object('a', '12'));
  expect(store.get('ns', 'a')).toEqual(object('a', '13'));
});

test('a write to an object that the selector leaves out is forgotten once the watch has passed it', () => {
  const store = filled();
  store.assume(object('a', '12'));
  store.advance('12');
  store.dropOvertaken();
  expect(store.size).toBe(0);
});

test('what a complete list does not hold is reported as deleted', () => {
  const store = filled(object('a', '5'), object('b', '6'));
  expect([...store.removeUnlisted(new Set(['ns/b']))]).toEqual([
    { type: 'Deleted', object: object('a', '5') },
  ]);
  expect([...store.list()]).toEqual([object('b', '6')]);
});
