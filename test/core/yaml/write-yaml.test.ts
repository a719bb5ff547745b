import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { Json } from '../../../src/api/object.ts';
import { sortKeys } from '../../../src/core/values/json.ts';
import { toJsonList, toYaml, toYamlDocuments } from '../../../src/core/yaml/write-yaml.ts';

const OBJECT = { kind: 'X', apiVersion: 'v1', metadata: { name: 'x' } };

test.each([
  ...['yes', 'no', 'on', 'off', 'Yes', 'NO', 'On', 'OFF', 'y', 'N', 'true', 'False', 'null', '~', ''],
  ...[
    '012',
    '08',
    '0',
    '1_000',
    '1:30',
    '190:20:30.15',
    '0x1F',
    '0b11',
    '1e3',
    '12e03',
    '.5',
    '1.',
    '.inf',
    '.NaN',
  ],
  ...[
    '2024-01-01',
    '2024-01-01T00:00:00Z',
    '- a',
    'a: b',
    '# c',
    '*a',
    '&a',
    '!a',
    '%a',
    '@a',
    '`a',
    '|',
    '>',
    ' a',
  ],
])('the text %j is quoted, so that no reader of YAML 1.1 takes it for something else', (text) => {
  expect(toYaml({ a: text })).toMatch(/^a: (["']).*\1\n$/);
  for (const version of ['1.1', '1.2'] as const)
    expect(parse(toYaml({ a: text }), { version })).toEqual({ a: text });
});

test.each(['0o17', '0O17', '0B11', '0X1f', '-0o7', '0_x1'])(
  'the text %j is quoted, because readers in Go take it for a number',
  (text) => {
    expect(toYaml({ a: text })).toBe(`a: "${text}"\n`);
  },
);

test.each(['yes', 'n', '012', '1:30', '0o17', '<<', 'null', ''])(
  'the key %j is quoted like any text',
  (key) => {
    expect(toYaml({ [key]: 1 })).toMatch(/^(\? )?"[^"]*"\n?: 1\n$/);
  },
);

/** What a value is once its keys are sorted. */
function toSortedJson(value: unknown): string {
  return JSON.stringify(sortKeys(value as Json));
}

test('characters that end a line for some readers, or stop others, are escaped', () => {
  const text = 'a\u0085b\u2028c\u2029d\ufeffe\u007ff\u009fg\u0007h';
  expect(toYaml({ a: text })).toMatch(/^a: "[ -~]*"\n$/);
  expect(parse(toYaml({ a: text, [text]: text }))).toEqual({ a: text, [text]: text });
});

test('other text stays plain', () => {
  const plain = {
    a: 'flux-system',
    b: '10m',
    c: './apps',
    d: 'https://example.com/a?b=c',
    e: '${VAR}',
    f: 'ü 😀',
  };
  expect(toYaml(plain)).toBe(
    'a: flux-system\nb: 10m\nc: ./apps\nd: https://example.com/a?b=c\ne: ${VAR}\nf: ü 😀\n',
  );
});

test('text of several lines reads back the same', () => {
  for (const text of [
    'a\nb\n',
    'a\nb',
    '\n',
    '\n\n  a',
    '  a\nb',
    'a\r\nb',
    'a\n\n\n',
    '#a\n---\n...\n',
    '\ta\n',
  ]) {
    expect(parse(toYaml({ a: text }), { version: '1.1' })).toEqual({ a: text });
  }
});

test('long text is not folded', () => {
  expect(toYaml({ a: 'word '.repeat(100) + 'end' }).split('\n')).toHaveLength(2);
});

test('keys are sorted by code unit at every depth, and lists keep their order', () => {
  expect(toYaml({ b: [{ d: 1, c: 2 }, 1], a: { Z: 1, a: 2, B: 3 } })).toBe(
    'a:\n  B: 3\n  Z: 1\n  a: 2\nb:\n  - c: 2\n    d: 1\n  - 1\n',
  );
  expect(toSortedJson({ b: 1, a: { d: 1, c: null } })).toBe('{"a":{"c":null,"d":1},"b":1}');
});

test('fields of undefined are left out', () => {
  expect(toSortedJson({ a: undefined, b: [{ c: undefined }] })).toBe('{"b":[{}]}');
  expect(toYaml({ a: undefined, b: 1 })).toBe('b: 1\n');
});

test('keys of a prototype are data', () => {
  const hostile: unknown = JSON.parse('{"__proto__":{"a":1},"constructor":{"prototype":1}}');
  expect(toSortedJson(hostile)).toBe('{"__proto__":{"a":1},"constructor":{"prototype":1}}');
  expect(toYaml(hostile)).toBe('__proto__:\n  a: 1\nconstructor:\n  prototype: 1\n');
});

test('an object that stands twice is written twice, without anchors', () => {
  const shared = { x: 1 };
  expect(toYaml({ a: shared, b: shared })).toBe('a:\n  x: 1\nb:\n  x: 1\n');
});

test('documents are separated, and none is the empty text', () => {
  expect(toYamlDocuments([OBJECT, OBJECT])).toBe(
    'apiVersion: v1\nkind: X\nmetadata:\n  name: x\n---\napiVersion: v1\nkind: X\nmetadata:\n  name: x\n',
  );
  expect(toYamlDocuments([])).toBe('');
});

test('a list in JSON is one that kubectl takes', () => {
  expect(JSON.parse(toJsonList([OBJECT]))).toEqual({ apiVersion: 'v1', kind: 'List', items: [OBJECT] });
  expect(toJsonList([])).toMatch(/\n$/);
});
