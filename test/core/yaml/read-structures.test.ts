import { expect, test } from '@jest/globals';
import { readDocuments } from '../../../src/core/yaml/documents/read-documents.ts';
import { readBlueprints } from '../../../src/core/yaml/read-blueprints.ts';
import { MarkBudget } from '../../../src/core/yaml/tokens/fault.ts';

/** The values of the documents of a text; where one cannot be read, what is wrong with it and at which offset. */
function read(text: string): unknown[] {
  return [...readDocuments(text, new MarkBudget(Infinity))].map((document) =>
    document.ok ? document.value : document.faults.map(({ message, at }) => `${at}: ${message}`),
  );
}

test.each<[string, unknown]>([
  ['a: 1\nb:\n- x\n- c: 2\n  d: 3\n', { a: 1, b: ['x', { c: 2, d: 3 }] }],
  ['a: [1, {b: c, d}, e: f,\n  "g"]', { a: [1, { b: 'c', d: null }, { e: 'f' }, 'g'] }],
  ['a: some\n  words\n\n  more # c\n', { a: 'some words\nmore' }],
  ["a: \"x\\\n   y\n\n  z \\x41\"\nb: 'it''s'", { a: 'xy\nz A', b: "it's" }],
  [
    'a: |\n  x\n   y\n\n  z\n\nb: >-\n  one\n  two\n\n  three\n\n',
    { a: 'x\n y\n\nz\n', b: 'one two\nthree' },
  ],
  ['a: |2-\n   x\nb: >+\n  y\n\n', { a: ' x', b: 'y\n\n' }],
  ['? a\n: - b\n? c\n', { a: ['b'], c: null }],
  ['a: &x {p: 1}\nb: *x', { a: { p: 1 }, b: { p: 1 } }],
  ['k: &a 1.0\n*a : v', { k: 1, '1': 'v' }],
  ['a: {<<: {x: 1, p: 2}, p: 3}', { a: { x: 1, p: 3 } }],
  ['a: {<<: [{p: 1}, {x: 2, p: 3}]}', { a: { x: 2, p: 1 } }],
  [
    'a: !!int "3"\nb: !!str 1\nc: !!float 3\nd: !!binary aGk=\ne: !t 1\nf: !!str',
    { a: 3, b: '1', c: 3, d: 'hi', e: '1', f: '' },
  ],
  ['9007199254740993: 1\n.inf: 2\n-.INF: 3', { '9007199254740993': 1, '.inf': 2, '-.inf': 3 }],
  ['__proto__: {a: 1}', JSON.parse('{"__proto__": {"a": 1}}')],
])('%j is read', (text, value) => {
  expect(JSON.stringify(read(text))).toBe(JSON.stringify([value]));
});

test.each<[string, unknown[]]>([
  ['a: 1\n---\n# c\n--- # c\nb: 2\n---\n', [{ a: 1 }, null, { b: 2 }]],
  ['{"a":1}{"b":2}\n{"c":"\\/"}', [{ a: 1 }, { b: 2 }, { c: '/' }]],
  ['{"a":1}\n---\nb: 2\n---\nc: 3', [{ a: 1 }, { b: 2 }, { c: 3 }]],
  ['', []],
])('the stream %j has these documents', (text, values) => {
  expect(read(text)).toEqual(values);
});

test.each<[string, number, RegExp]>([
  ['a:\n\tb: c', 3, /^Tabs are not allowed/],
  ['a: b: c', 4, /quote the value before/],
  ['a: b\nc\nd: e', 5, /here a key must stand/],
  ['a: [b\nc: d', 7, /^Flow sequence must end with ]/],
  ['a: {b: c', 9, /^Flow map must end with }/],
  ['a: "b', 3, /the quote is not closed/],
  ['a: "\\q"', 4, /YAML knows no such escape/],
  ['a: @b', 3, /cannot begin with @: quote it/],
  ['a: *b', 3, /names no anchor/],
  ['a: &a [*a]', 7, /cannot hold itself/],
  ['a: |0\n  b', 4, /indentation/],
  ['a: - b', 3, /a list cannot begin here/],
  ['%YAML 1.1\n---\n', 0, /Kubernetes reads no directives/],
  ['--- a\n', 0, /only a comment may follow/],
  ['  a: 1\nb: 2', 7, /Kubernetes reads nothing from here on/],
  ['a: 1\n...\nb: 2', 9, /Kubernetes reads nothing from here on/],
  ['a: {b: 1, <<: {b: 2}}', 10, /put << first/],
  ['a: !!int x', 9, /not what its tag !!int says/],
  ['!!int x: a', 6, /not what its tag !!int says/],
  ['&a 9007199254740993: 1\nb: *a', 26, /more digits than are kept/],
  ['a: !x!y z', 3, /no such tag is known/],
  ['a: !!binary gA==', 12, /bytes that are no text/],
  [`${'k'.repeat(1025)}: v`, 1025, /a key has at most 1024 characters/],
  ['a: b\x07', 4, /the character U\+0007/],
  ['{"a": 1, "a": 2}', 9, /^Map keys must be unique/],
  ['{"a":1}{"b":2}c: 3', 14, /this is not JSON/],
  ['{"a": 12345678901234567890}', 6, /more digits than are kept/],
])('%j is refused where it stands', (text, at, message) => {
  const faults = read(text).find((one): one is string[] => Array.isArray(one)) ?? [];
  expect(faults.map((fault) => fault.replace(/^\d+: /, ''))).toEqual([expect.stringMatching(message)]);
  expect(faults[0]).toMatch(new RegExp(`^${at}: `));
});

test('documents behind one with a mistake are read, and each mistake has its line', () => {
  const text = 'kind: FluxBlueprint\na: b: c\n---\nkind: FluxBlueprint\nd: @e\n---\nkind: FluxBlueprint\n';
  const result = readBlueprints(text);
  expect(result.ok ? [] : result.problems.map(({ path }) => path)).toEqual([
    'line 2, column 5',
    'line 5, column 4',
  ]);
});

test('a value that cannot be read does not hide those behind it', () => {
  expect(read('a: .inf\nb: {[c]: d}\n~: e')).toEqual([
    [
      expect.stringMatching(/^3: a value that is infinite/),
      expect.stringMatching(/^12: a map or list cannot be a key/),
      expect.stringMatching(/^20: null/),
    ],
  ]);
});
