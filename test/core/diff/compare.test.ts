import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Json, KubeObject } from '../../../src/api/object.ts';
import { compareManifests } from '../../../src/core/diff/compare.ts';
import { equalJson, isObject } from '../../../src/core/values/json.ts';
import { applyChanges } from './apply-changes.ts';

function objectWith(spec: Json, metadata: object = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', ...metadata }, spec };
}

function differ(before: Json, after: Json): string[] {
  return compareManifests(objectWith(before), objectWith(after)).map(
    ({ path, before: old, after: present }) => `${path}: ${print(old)} > ${print(present)}`,
  );
}

function print(value: Json | undefined): string {
  return value === undefined ? '-' : JSON.stringify(value);
}

test('fields are compared one by one, and named as people read them', () => {
  expect(
    differ({ interval: '10m', old: 1, 'a b': { c: true } }, { interval: '5m', new: null, 'a b': {} }),
  ).toEqual([
    'spec["a b"]: - > {}',
    'spec["a b"].c: true > -',
    'spec.interval: "10m" > "5m"',
    'spec.new: - > null',
    'spec.old: 1 > -',
  ]);
  expect(differ({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 })).toEqual([]);
});

test('an item that is added or removed is whole, and does not make those behind it differ', () => {
  expect(differ({ l: [1, 2, 3] }, { l: [1, 3] })).toEqual(['spec.l[1]: 2 > -']);
  expect(differ({ l: [{ x: 1 }] }, { l: [{ y: 2 }, { x: 1 }] })).toEqual(['spec.l[0]: - > {"y":2}']);
  expect(differ({ l: [{ x: 1 }] }, { l: [{ x: 1, y: 2 }] })).toEqual(['spec.l[0].y: - > 2']);
  expect(differ({}, { l: ['a'] })).toEqual(['spec: {} > -', 'spec.l[0]: - > "a"']);
});

test('of the metadata labels and annotations count, and no status does', () => {
  const before = {
    ...objectWith({}, { labels: { a: '1' }, uid: 'x', resourceVersion: '1' }),
    status: { a: 1 },
  };
  const after = { ...objectWith({}, { annotations: { b: '2' }, uid: 'y' }), status: { a: 2 } };
  expect(compareManifests(before, after).map(({ path }) => path)).toEqual([
    'metadata.annotations.b',
    'metadata.labels.a',
  ]);
});

const json = fc.jsonValue({ maxDepth: 4 }).map((value) => value);

/** A value, and another one that is made of parts of it. */
const pair = fc.tuple(
  fc.dictionary(fc.constantFrom('a', 'b', 'c', '__x', 'l'), fc.oneof(json, fc.array(json, { maxLength: 5 }))),
  fc.dictionary(fc.constantFrom('a', 'b', 'c', '__x', 'l'), fc.oneof(json, fc.array(json, { maxLength: 5 }))),
  fc.infiniteStream(fc.nat(3)),
);

/** Mixes the second value into a copy of the first. */
function mix(a: Json, b: Json, choices: Iterator<number>): Json {
  const choice = choices.next().value as number;
  if (choice === 0) return b;
  if (Array.isArray(a)) {
    const mixed = a.flatMap((item) => {
      const what = choices.next().value as number;
      return what === 0 ? [] : what === 1 ? [item, b] : what === 2 ? [mix(item, b, choices)] : [item];
    });
    return mixed;
  }
  if (!isObject(a)) return a;
  const fields = Object.entries(a).flatMap(([key, value]): [string, Json][] => {
    const what = choices.next().value as number;
    return what === 0 ? [] : [[key, what === 1 ? mix(value ?? null, b, choices) : (value ?? null)]];
  });
  return Object.fromEntries(choice === 1 ? [...fields, ['added', b]] : fields);
}

test('whoever knows the old version and the change knows the new version', () => {
  fc.assert(
    fc.property(pair, ([a, b, choices]) => {
      // As a cluster stores it: without minus zero.
      const before = JSON.parse(JSON.stringify(a)) as Json;
      const after = JSON.parse(JSON.stringify(mix(a, b, choices[Symbol.iterator]()))) as Json;
      const changes = compareManifests(objectWith({ of: before }), objectWith({ of: after }));
      if (changes.some(({ hidden }) => hidden)) return;
      expect(changes.length === 0).toBe(equalJson(before, after));
      expect(applyChanges({ spec: { of: before } }, changes)).toEqual({ spec: { of: after } });
    }),
    { numRuns: 300 },
  );
});
