import { expect, test } from '@jest/globals';
import { type KubeObject, OUTLINE } from '../../../src/api/object.ts';
import { outlineObject } from '../../../src/core/objects/outline.ts';
import { WatchedStore } from '../../../src/kube/watch/store.ts';
import { digestContent } from '../../../src/operator/bounds/content-digest.ts';
import { SharedRoom } from '../../../src/operator/bounds/shared-room.ts';
import { weighLive } from '../../../src/operator/bounds/weigh-live.ts';

const ROOM = 512_000;

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
  const large = object('large', 'x'.repeat(ROOM / 512));
  expect(store.put(large)).toMatchObject([{ type: 'Added', object: { metadata: { name: 'large' } } }]);
  expect(wholeOnes(store)).toEqual(['small']);
  expect(store.get('ns', 'large')?.[OUTLINE]).toBe(digestContent(large));
  expect(weighLive(store.get('ns', 'large') ?? large)).toBeLessThan(500);
});

test('what was written longest ago makes way in whatever store it is, and comes back when it is written', () => {
  const room = new SharedRoom(ROOM);
  const [one, other] = [new WatchedStore({ outline }, room), new WatchedStore({ outline }, room)];
  const text = 'x'.repeat(300);
  const fits = Math.floor(ROOM / weighLive(object('n-100', text)));
  for (let i = 0; i < fits; i++) one.put(object(`n-${i}`, text));
  expect(wholeOnes(one)).toHaveLength(fits);
  other.put(object('new', text));
  expect(one.get('ns', 'n-0')?.[OUTLINE]).toBeDefined();
  expect(wholeOnes(other)).toEqual(['new']);
  one.put(object('n-0', text, '2'));
  expect(one.get('ns', 'n-0')).toEqual(object('n-0', text, '2'));
  expect(wholeOnes(one, other).length).toBeLessThanOrEqual(fits);
  other.clear();
  one.put(object('n-1', text, '2'));
  expect(wholeOnes(one)).toContain('n-1');
});

test('an object that is nested too deep to be looked through is large', () => {
  const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) as unknown;
  const store = new WatchedStore({ outline }, new SharedRoom(ROOM));
  store.put({ ...object('deep', ''), spec: { deep } });
  expect(wholeOnes(store)).toEqual([]);
});
