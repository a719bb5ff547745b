import { expect, test } from '@jest/globals';
import {
  BlueprintReader,
  MAX_BLUEPRINTS,
  MAX_STREAM_BYTES,
} from '../../../src/core/input/blueprint-reader.ts';

function read(...texts: (string | Uint8Array)[]): ReturnType<BlueprintReader['result']> {
  const reader = new BlueprintReader(false);
  texts.forEach((text, i) => {
    reader.add(`input${i}`, typeof text === 'string' ? new TextEncoder().encode(text) : text);
  });
  return reader.result();
}

const whereOf = (...texts: string[]): string[] => read(...texts).blueprints.map(({ where }) => where);

const named = (name: string): string => `kind: FluxBlueprint\nmetadata: {name: ${name}}\n`;

test('a blueprint is named by its input and, where that holds several, by its name', () => {
  expect(whereOf(named('a'), `${named('b')}---\n${named('c')}`)).toEqual([
    'input0',
    'input1: FluxBlueprint b',
    'input1: FluxBlueprint c',
  ]);
  expect(whereOf('kind: List\nitems: [{kind: FluxBlueprint}, {kind: FluxBlueprint}]')).toEqual([
    'input0: FluxBlueprint without a name',
    'input0: FluxBlueprint without a name',
  ]);
});

test('what holds no blueprint is left alone, even if it is no YAML', () => {
  expect(read('a: {{ .Values.x }}\n', '\0\0\0\xff', 'kind: ConfigMap\n', '', named('a'))).toMatchObject({
    blueprints: [{ input: 'input4' }],
    problems: [],
  });
  expect(read('# of a FluxBlueprint\nkind: ConfigMap\n')).toEqual({ blueprints: [], problems: [] });
});

test('what may hold a blueprint and cannot be read is a problem, and the rest is read', () => {
  expect(read(`a: [\n---\n${named('b')}`)).toMatchObject({
    blueprints: [{ where: 'input0' }],
    problems: [{ input: 'input0', rule: 'yaml', place: { line: 2, column: 1 } }],
  });
});

test.each(['utf16le', 'utf16be', 'utf32'])('a blueprint in %s is a problem', (encoding) => {
  const text = named('a');
  const bytes = encoding === 'utf32' ? new Uint8Array(text.length * 4) : new Uint8Array(text.length * 2);
  const width = bytes.length / text.length;
  for (let i = 0; i < text.length; i++)
    bytes[i * width + (encoding === 'utf16be' ? 1 : 0)] = text.charCodeAt(i);
  expect(read(bytes).problems).toMatchObject([{ rule: 'encoding' }]);
});

test('a list of a cluster may be larger than one object', () => {
  const item = `- ${named('a').replaceAll('\n', '\n  ')}spec: {a: ${'x'.repeat(1_000_000)}}\n`;
  expect(read(`kind: List\nitems:\n${item.repeat(3)}`)).toMatchObject({
    blueprints: { length: 3 },
    problems: [],
  });
});

test('an input that is too large is refused, and so is what passes the bounds of all', () => {
  const large = new Uint8Array(MAX_STREAM_BYTES + 1).fill(0x20);
  expect(read(large).problems).toEqual([]);
  large.set(new TextEncoder().encode(named('a')));
  expect(read(large).problems).toMatchObject([
    { rule: 'too-large', message: expect.stringContaining('33554432') as unknown },
  ]);
  const most = large.subarray(0, MAX_STREAM_BYTES - 1);
  expect(read(most, most, named('b'), named('c'))).toMatchObject({
    blueprints: { length: 2 },
    problems: [{ input: 'input2', rule: 'too-large' }],
  });
});

test('too many blueprints are refused', () => {
  const items = Array.from({ length: MAX_BLUEPRINTS + 1 }, () => '{kind: FluxBlueprint}').join(',');
  expect(read(`kind: List\nitems: [${items}]`).problems).toMatchObject([
    { rule: 'too-large', message: expect.stringContaining('5000 blueprints') as unknown },
  ]);
});

test('an input with too many marks is refused', () => {
  const { problems } = read(`kind: FluxBlueprint\nspec: [${'a,'.repeat(2_600_000)}]`);
  expect(problems).toMatchObject([{ rule: 'too-large' }]);
});
