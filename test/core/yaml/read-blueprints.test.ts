import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readPlainKey, readPlainScalar } from '../../../src/core/yaml/documents/plain-scalar.ts';
import { readBlueprints } from '../../../src/core/yaml/read-blueprints.ts';
import { toYaml } from '../../../src/core/yaml/write-yaml.ts';

/** Reads values of a blueprint, or says why they cannot be read. */
function readValues(lines: string): unknown {
  const read = readBlueprints(`kind: FluxBlueprint\nvalues:\n${lines.replace(/^/gm, '  ')}\n`);
  return read.ok
    ? (read.blueprints[0] as { values: unknown }).values
    : read.problems.map(({ path, message }) => `${path}: ${message}`);
}

test.each<[string, unknown]>([
  ...['.', '-.', '._', '12e3456', 'e12', '.e4', '1e999', '0o8', '1__x', '2026-01-02', '5:30', '0b2'].map(
    (text): [string, unknown] => [text, text],
  ),
  ['0o755', 493],
  ['0O17', 15],
  ['0X1f', 31],
  ['-0B11', -3],
  ['0b-1', -1],
  ['017', 15],
  ['08', 8],
  ['1_0', 10],
  ['.2_5', 0.25],
  ['+.5', 0.5],
  ['on', true],
  ['N', false],
  ['~', null],
])('the value %s is read as Kubernetes reads it', (text, value) => {
  expect(readPlainScalar(text)).toEqual(value);
  expect(readValues(`a: ${text}`)).toEqual({ a: value });
});

test.each<[string, string | undefined]>([
  ['9007199254740993', '9007199254740993'],
  ['0x10', '16'],
  ['123456789.0', '1.2345679e+08'],
  ['0.00001', '1e-05'],
  ['1.50', '1.5'],
  ['-.INF', '-.inf'],
  ['yes', 'true'],
  ['~', undefined],
  ['18446744073709551615', undefined],
])('the key %s becomes the text that Kubernetes makes of it', (text, key) => {
  expect(readPlainKey(text)).toBe(key);
});

test('quotes and tags keep a value from being read as a number', () => {
  expect(readValues(`a: "0o7"\nb: '.'\nc: !!str 12`)).toEqual({ a: '0o7', b: '.', c: '12' });
});

test.each([
  [
    'a: .inf',
    'line 3, column 6: a value that is infinite cannot be sent to a cluster: quote it, if text will do',
  ],
  [
    'a: 9007199254740993',
    'line 3, column 6: the integer has more digits than are kept exactly: quote it, if text will do',
  ],
  [
    'a: {{ .x }}',
    'line 3, column 7: a map or list cannot be a key: quote the value, if it is a template such as {{ x }}',
  ],
  ['2: a\n"2": b', 'line 4, column 3: Map keys must be unique'],
  ['a: &a 1\n<<: *a', 'line 4, column 3: the value of << must be a map, or a list of maps'],
])('%s is refused where it stands', (lines, problem) => {
  expect(readValues(lines)).toEqual([problem]);
});

test('maps are merged, also through an anchor of the same map', () => {
  expect(readValues('a: &a {x: 1}\n<<: *a')).toEqual({ a: { x: 1 }, x: 1 });
  expect(readValues('a: &a [{x: 1}]\nb: {<<: [{z: 2}]}')).toEqual({ a: [{ x: 1 }], b: { z: 2 } });
});

test.each(['List', 'FluxBlueprintList'])('a %s stands for its items', (kind) => {
  const read = readBlueprints(`kind: ${kind}\nitems: [{kind: FluxBlueprint, a: 1}, {kind: Secret}, 3]\n`);
  expect(read).toMatchObject({ ok: true, blueprints: [{ kind: 'FluxBlueprint', a: 1 }] });
});

test.each(['\tx\n\ty\n', ' \n', '  \n  a\n', '-_7', '2e2_0', '0b-1', '.2_5'])(
  'the text %j is written so that a reader in Go keeps it',
  (text) => {
    const written = toYaml({ a: text });
    expect(written).toMatch(/^a: "[^\n]*"\n$/);
    expect(parse(written)).toEqual({ a: text });
  },
);
