import { expect, test } from '@jest/globals';
import { type KubeObject, OUTLINE } from '../../../src/api/object.ts';
import { outlineObject } from '../../../src/core/objects/outline.ts';
import { WatchedStore } from '../../../src/kube/watch/store.ts';
import { WholeCopy } from '../../../src/kube/watch/whole-copy.ts';
import { digestContent } from '../../../src/operator/bounds/content-digest.ts';
import { SharedRoom } from '../../../src/operator/bounds/shared-room.ts';
import { weighLive } from '../../../src/operator/bounds/weigh-live.ts';

const ROOM = 320_000;

function object(name: string, text: string, resourceVersion = '1'): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Thing',
    metadata: { namespace: 'ns', name, uid: name, resourceVersion },
    spec: { text },
  };
}

function outline(each: KubeObject): KubeObject {
  return outlineObject(each, digestContent(each));
}

function wholeOnes(...stores: WatchedStore[]): string[] {
  const all = stores.flatMap((store) => [...store.list()]);
  return all.filter((each) => each[OUTLINE] === undefined).map(({ metadata }) => metadata.name);
}

test('an object that is large for itself is held as an outline, and takes no room from others', () => {
  const store = new WatchedStore({ outline }, new SharedRoom(ROOM));
  store.put(object('small', 'x'));
  const large = object('large', 'x'.repeat(ROOM / 320));
  expect(store.put(large)).toMatchObject([{ type: 'Added', object: { metadata: { name: 'large' } } }]);
  expect(wholeOnes(store)).toEqual(['small']);
  expect(store.get('ns', 'large')?.[OUTLINE]).toBe(digestContent(large));
  expect(weighLive(store.get('ns', 'large') ?? large)).toBeLessThan(500);
});

test('what was written longest ago makes way in whatever store it is, and comes back when it is written', () => {
  const room = new SharedRoom(ROOM);
  const [one, other] = [new WatchedStore({ outline }, room), new WatchedStore({ outline }, room)];
  const text = 'x'.repeat(300);
  const fits = Math.floor(ROOM / new WholeCopy(object('n-000', text), undefined, () => undefined).bytes);
  for (let i = 0; i < fits; i++) one.put(object(`n-${String(i).padStart(3, '0')}`, text));
  expect(wholeOnes(one)).toHaveLength(fits);
  other.put(object('new', text));
  expect(one.get('ns', 'n-000')?.[OUTLINE]).toBeDefined();
  expect(wholeOnes(other)).toEqual(['new']);
  one.put(object('n-000', text, '2'));
  expect(one.get('ns', 'n-000')).toEqual(object('n-000', text, '2'));
  expect(wholeOnes(one, other).length).toBeLessThanOrEqual(fits);
  other.clear();
  one.put(object('n-001', text, '2'));
  expect(wholeOnes(one)).toContain('n-001');
});

test('an object that is nested too deep to be looked through is large', () => {
  const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) as unknown;
  const store = new WatchedStore({ outline }, new SharedRoom(ROOM));
  store.put({ ...object('deep', ''), spec: { deep } });
  expect(wholeOnes(store)).toEqual([]);
});

test('what is read again and again is unpacked once, and what was unpacked longest ago is packed again', () => {
  const store = new WatchedStore({ outline }, new SharedRoom(ROOM));
  for (let i = 0; i < 100; i++) store.put(object(`n-${i}`, 'x'.repeat(300)));
  const read = store.get('ns', 'n-0');
  expect(store.get('ns', 'n-0')).toBe(read);
  // A list of all does not drive it out; reading all of them does.
  expect([...store.list()]).toHaveLength(100);
  expect(store.get('ns', 'n-0')).toBe(read);
  for (let i = 1; i < 100; i++) store.get('ns', `n-${i}`);
  expect(store.get('ns', 'n-0')).not.toBe(read);
  expect(store.get('ns', 'n-0')).toEqual(read);
});

test('what is listed by namespace or group is not looked for in the others', () => {
  const groupOf = ({ metadata }: KubeObject): string => metadata.name.slice(0, 1);
  const store = new WatchedStore({ outline, groupOf }, new SharedRoom(ROOM));
  for (const name of ['a-1', 'b-1', 'a-2']) store.put(object(name, 'x'));
  store.put(object('a-large', 'x'.repeat(ROOM / 320)));
  store.assume(object('a-3', 'x', '9'));
  const namesOf = (objects: Iterable<KubeObject>): string[] =>
    [...objects].map(({ metadata }) => metadata.name);
  expect(namesOf(store.list({ group: 'a' }))).toEqual(['a-1', 'a-2', 'a-large', 'a-3']);
  expect(namesOf(store.list({ namespace: 'ns' }))).toHaveLength(5);
  expect(namesOf(store.list({ namespace: 'n' }))).toEqual([]);
  expect(store.has('ns', 'a-3')).toBe(true);
  expect(store.has('ns', 'a-4')).toBe(false);
});

test('text that needs two bytes a character counts twice', () => {
  const bytesOf = (text: string): number =>
    new WholeCopy(object('a', text), undefined, () => undefined).bytes;
  expect(bytesOf('ÿ'.repeat(1000))).toBe(bytesOf('x'.repeat(1000)));
  expect(bytesOf('я'.repeat(1000))).toBeGreaterThan(2 * 1000);
});
