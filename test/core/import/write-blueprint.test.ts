import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../../src/api/schema/shapes/shapes.ts';
import { writeBlueprint } from '../../../src/core/import/write/write-blueprint.ts';
import { readDocuments } from '../../../src/core/yaml/documents/read-documents.ts';
import { MarkBudget } from '../../../src/core/yaml/tokens/fault.ts';
import { parse } from 'yaml';

/** What the operator's reader makes of a text. */
function read(text: string): unknown {
  const [document, ...more] = [...readDocuments(text, new MarkBudget(100_000))];
  if (document?.ok !== true || more.length > 0)
    throw new Error(`cannot be read: ${JSON.stringify(document)}\n${text}`);
  return JSON.parse(JSON.stringify(document.value));
}

const words = fc.constantFrom(
  'yes',
  'no',
  'null',
  '~',
  '1',
  '0x1',
  '1e3',
  '.5',
  'on',
  '',
  ' a',
  'a ',
  'a: b',
  'a:',
  ': a',
  '- a',
  '#',
  'a #b',
  '?',
  '? a',
  '^v(?P<x>\\d+)$',
  '${A}',
  '{a}',
  '[a]',
  'a,b',
  '*a',
  '&a',
  '!a',
  '|',
  '>',
  '@a',
  '`a',
  '%a',
  '"',
  "'",
  '\\',
  'https://example.com/a?b=c',
  '2020-01-01',
  '12:30',
  'line\nline\n',
  '\n',
  ' x\ny',
  '\ty',
  'a\u0085b',
  '\u2028',
  '<<',
  '=',
  '---',
  '...',
  '--- a',
  '+1',
  '0o7',
  '1_0',
  '.inf',
  '.NaN',
);
const text = fc.oneof(
  words,
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.stringMatching(/^[a-z:/.?&= -]{0,90}$/),
);
const key = fc
  .oneof(fc.constantFrom('spec', 'layers', 'components', 'values', 'name', 'kustomization', 'patches'), text)
  .filter((name) => name !== '__proto__');
const { value } = fc.letrec<{ value: unknown; map: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    text,
    fc.boolean(),
    fc.integer(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('map'),
  ),
  map: fc.dictionary(key, tie('value'), { maxKeys: 6 }),
}));

test('whatever is written is read back by the operator and by others', () => {
  fc.assert(
    fc.property(value, (any) => {
      const written = { spec: { x: any, layers: [{ name: 'a', y: any }] } } as unknown as JsonObject;
      const plain: unknown = JSON.parse(JSON.stringify(written));
      const output = writeBlueprint(written);
      expect(read(output)).toEqual(plain);
      expect(parse(output, { version: '1.1' })).toEqual(plain);
    }),
    { numRuns: 2000 },
  );
});

test('what is short stands in brackets, and what takes too many lines does not', () => {
  const long = 'x'.repeat(70);
  const list = Array.from({ length: 7 }, () => long);
  const item = { name: 'a', one: { a: long, b: long }, two: { a: long, b: list } };
  expect(writeBlueprint({ spec: { layers: [{ name: 'a', path: './a', k: {} }, item] } })).toBe(`spec:
  layers:
    - { name: a, path: ./a, k: {} }
    - name: a
      one: { a: ${long},
          b: ${long} }
      two:
        a: ${long}
        b:
${list.map((text) => `          - ${text}`).join('\n')}
`);
});

test('a line ends within a field only where that saves a line', () => {
  const spec = { image: 'registry.example.com/shop/web', interval: '24h', secretRef: { name: 'pull' } };
  const object = { apiVersion: 'image.toolkit.fluxcd.io/v1', kind: 'ImageRepository', spec };
  expect(writeBlueprint({ spec: { layers: [{ name: 'shop', object }, { name: 'a' }] } })).toBe(`spec:
  layers:
    - { name: shop, object: { apiVersion: image.toolkit.fluxcd.io/v1, kind: ImageRepository,
        spec: { image: registry.example.com/shop/web, interval: 24h, secretRef: { name: pull } } } }
    - { name: a }
`);
});

test('values of charts stand in lines, unless they are short', () => {
  const layer = (values: JsonObject): JsonObject => ({
    spec: { layers: [{ name: 'a', helmRelease: { values } }] },
  });
  expect(writeBlueprint(layer({ a: { b: ['x'.repeat(90)] } }))).toBe(`spec:
  layers:
    - name: a
      helmRelease:
        values:
          a:
            b:
              - ${'x'.repeat(90)}
`);
  expect(writeBlueprint(layer({ a: { b: [1] } }))).toBe(`spec:
  layers: [{ name: a, helmRelease: { values: { a: { b: [1] } } } }]
`);
});

test('comments stand before what they are about', () => {
  const blueprint = { spec: { layers: [{ name: 'a', kustomization: { path: './a', interval: '1m' } }] } };
  const comments = [
    { steps: ['spec', 'layers', 0], lines: [' The first.'] },
    { steps: ['spec', 'layers', 0, 'kustomization', 'interval'], lines: [' Often.', ' Very.'] },
  ];
  expect(writeBlueprint(blueprint, comments)).toBe(`spec:
  layers:
    # The first.
    - name: a
      kustomization:
        path: ./a
        # Often.
        # Very.
        interval: 1m
`);
});
