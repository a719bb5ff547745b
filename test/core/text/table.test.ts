import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Table, printTable } from '../../../src/core/text/table.ts';
import { widthOf } from '../../../src/core/text/width.ts';
import { marked, plain } from './marked.ts';

const table: Table = {
  headings: ['NAME', 'READY', 'MESSAGE'],
  rows: [
    ['platform', { text: 'True', look: 'good' }, '12/12 ready'],
    ['shop', { text: 'False', look: 'bad' }, 'Kustomization/web failed: there is no such path as ./apps/web'],
    ['new', '', ''],
  ],
};

const WHOLE = `NAME       READY   MESSAGE
platform   True    12/12 ready
shop       False   Kustomization/web failed: there is no such path as ./apps/web
new        -       -
`;

test('columns are as wide as what is in them, and nothing stands behind the last one', () => {
  expect(printTable(table, plain())).toBe(WHOLE);
  expect(printTable(table, plain(120))).toBe(WHOLE);
  expect(printTable(table, plain(80))).toBe(WHOLE);
});

test('a last column that does not fit is folded between words', () => {
  expect(printTable(table, plain(50))).toBe(`NAME       READY   MESSAGE
platform   True    12/12 ready
shop       False   Kustomization/web failed: there
                   is no such path as ./apps/web
new        -       -
`);
});

test('where that would be too narrow, it stands below each row', () => {
  expect(printTable(table, marked(40))).toBe(`NAME       READY
    MESSAGE
platform   <good:True>
    12/12 ready
shop       <bad:False>
    Kustomization/web failed: there is
    no such path as ./apps/web
new        -
    -
`);
});

test('in a narrow terminal each row is a few lines, and none of them is too wide', () => {
  expect(printTable(table, plain(20))).toBe(`NAME: platform
READY: True
MESSAGE: 12/12 ready

NAME: shop
READY: False
MESSAGE:
  Kustomization/web
  failed: there is
  no such path as
  ./apps/web

NAME: new
READY: -
MESSAGE: -
`);
});

test('looks are around the texts, and not around the spaces between them', () => {
  expect(printTable(table, marked(50))).toBe(`NAME       READY   MESSAGE
platform   <good:True>    12/12 ready
shop       <bad:False>   Kustomization/web failed: there
                   is no such path as ./apps/web
new        -       -
`);
  expect(printTable({ headings: ['A'], rows: [[{ text: 'x', look: 'good' }]] }, marked(20))).toBe(
    'A\n<good:x>\n',
  );
  expect(printTable(table, marked(20)).split('\n').slice(0, 2)).toEqual([
    '<faint:NAME:> platform',
    '<faint:READY:> <good:True>',
  ]);
});

test('without rows nothing is printed, not even the headings', () => {
  expect(printTable({ headings: ['NAME'], rows: [] }, plain(80))).toBe('');
});

test('characters that take two columns are counted so, and those that a terminal would obey are written out', () => {
  const rows = [
    ['日本', 'a'],
    ['é', 'b\u001b[31m\u202e'],
  ];
  expect(printTable({ headings: ['N', 'M'], rows }, plain())).toBe(
    'N      M\n日本   a\né      b\\u001b[31m\\u202e\n',
  );
});

test('several lines become one', () => {
  const rows = [['spec.layers[0]: is wrong\n\n  spec.sources: are missing\n']];
  expect(printTable({ headings: ['M'], rows }, plain())).toBe(
    'M\nspec.layers[0]: is wrong; spec.sources: are missing\n',
  );
});

const cell = fc.oneof(fc.string({ maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 60 }));

test('whatever is in a table, no line is wider than the terminal, and nothing of it is lost', () => {
  fc.assert(
    fc.property(
      fc
        .integer({ min: 1, max: 5 })
        .chain((n) =>
          fc.array(fc.array(cell, { minLength: n, maxLength: n }), { minLength: 1, maxLength: 4 }),
        ),
      fc.integer({ min: 10, max: 130 }),
      (rows, columns) => {
        const headings = (rows[0] ?? []).map((_, i) => `COLUMN-${i}`);
        const printed = printTable({ headings, rows }, plain(columns));
        for (const line of printed.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
        const dense = printed.replaceAll(/\s/g, '');
        for (const text of rows.flat().filter((one) => /^[!-~]+$/.test(one))) expect(dense).toContain(text);
      },
    ),
  );
});
