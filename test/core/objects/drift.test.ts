import { expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/api/object.ts';
import { findDrift } from '../../../src/core/objects/drift.ts';

function object(spec: unknown, labels: Record<string, string> = { a: 'b' }): KubeObject {
  return { apiVersion: 'v1', kind: 'X', metadata: { name: 'x', labels }, spec };
}

test('an object as desired has not drifted, whatever others added to it', () => {
  const live = object(
    { path: './a', timeout: '5m', sourceRef: { kind: 'G', name: 'n', apiVersion: 'v' } },
    { a: 'b', c: 'd' },
  );
  live['status'] = { conditions: [] };
  live.metadata.annotations = { other: 'x' };
  expect(findDrift(object({ path: './a', sourceRef: { name: 'n', kind: 'G' } }), live)).toEqual([]);
});

test('a field that changed or went is named by its path', () => {
  const desired = object({ path: './a', prune: true, postBuild: { substitute: { 'A.B': '1' } } });
  const live = object({ path: './b', postBuild: { substitute: { 'A.B': '2' } } });
  expect(findDrift(desired, live)).toEqual(['spec.path', 'spec.prune', 'spec.postBuild.substitute["A.B"]']);
});

test('labels and annotations that we set count', () => {
  const desired = object({});
  desired.metadata.annotations = { note: 'x' };
  expect(findDrift(desired, object({}, {}))).toEqual(['metadata.labels.a', 'metadata.annotations']);
});

test('a list is compared as a whole when its length differs, else item by item', () => {
  expect(findDrift(object({ list: [1, 2] }), object({ list: [1] }))).toEqual(['spec.list']);
  expect(findDrift(object({ list: [1, { a: 1 }] }), object({ list: [1, { a: 2 }] }))).toEqual([
    'spec.list[1].a',
  ]);
  expect(findDrift(object({ list: [1, 2] }), object({ list: [2, 1] }))).toEqual([
    'spec.list[0]',
    'spec.list[1]',
  ]);
});

test('a desired null is no drift where the API server dropped it', () => {
  expect(findDrift(object({ values: { a: null } }), object({ values: {} }))).toEqual([]);
  expect(findDrift(object({ values: { a: null } }), object({ values: { a: null } }))).toEqual([]);
  expect(findDrift(object({ values: { a: null } }), object({ values: { a: 1 } }))).toEqual(['spec.values.a']);
});

test('a field of a prototype is not a field of the live object', () => {
  expect(findDrift(object({ values: { toString: {} } }), object({ values: {} }))).toEqual([
    'spec.values.toString',
  ]);
});

test('a type that changed is drift', () => {
  expect(findDrift(object({ a: {} }), object({ a: [] }))).toEqual(['spec.a']);
  expect(findDrift(object({ a: '1' }), object({ a: 1 }))).toEqual(['spec.a']);
});

test('at most twenty paths are named', () => {
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}`, i]));
  expect(findDrift(object(many), object({}))).toHaveLength(20);
});
