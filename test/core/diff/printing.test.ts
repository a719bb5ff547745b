import { readFileSync, writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { layoutFor } from '../../../src/cli/session/paint.ts';
import { printDiffData } from '../../../src/core/diff/print-data.ts';
import { printMarkdown } from '../../../src/core/diff/print-markdown.ts';
import { printDiffs } from '../../../src/core/diff/print-text.ts';
import { widthOf } from '../../../src/core/text/width.ts';
import { SAMPLE, diffOf } from './sample.ts';

const update = process.env['UPDATE_GOLDEN'] === '1';

const LAYOUTS = [20, 80, 120, undefined].flatMap((columns) =>
  [false, true].map((colour) => ({
    name: `${columns ?? 'pipe'}-${colour ? 'colour' : 'plain'}.txt`,
    columns,
    layout: layoutFor({ isTerminal: columns !== undefined, columns }, colour, {}),
  })),
);

function expectGolden(name: string, text: string): void {
  const file = new URL(`golden/${name}`, import.meta.url);
  if (update) writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
}

test.each(LAYOUTS)('what people see is what stands in golden/$name', ({ name, columns, layout }) => {
  const text = printDiffs([SAMPLE], layout);
  expectGolden(name, text);
  for (const line of stripVTControlCharacters(text).split('\n'))
    expect(widthOf(line)).toBeLessThanOrEqual(columns === undefined ? Infinity : columns);
});

test('a comment and data are what stands in golden', () => {
  expectGolden('comment.md', printMarkdown([SAMPLE]));
  expectGolden('data.json', printDiffData([SAMPLE], 'json'));
  expect(parse(printDiffData([SAMPLE], 'yaml'))).toEqual(JSON.parse(printDiffData([SAMPLE], 'json')));
});

test('no form shows a credential', () => {
  const forms = [
    printDiffs([SAMPLE], layoutFor({ isTerminal: false, columns: undefined }, false, {})),
    printMarkdown([SAMPLE]),
    printDiffData([SAMPLE], 'json'),
  ];
  for (const text of forms) {
    expect(text).toContain('(hidden)');
    expect(text).not.toMatch(/zU8ieshoo9aexah7|ohdah5Caeth6iw1u/);
  }
});

const layers = (...names: string[]): object[] => names.map((name) => ({ name, kustomization: {} }));
const sources = [{ name: 'fleet', git: { url: 'https://example.com/fleet.git' } }];

/** What tenants could write so that a reader or a terminal is deceived. */
const HOSTILE = [
  '```\n@everyone <img src=x onerror=alert(1)> [a](javascript:b)',
  '`````````````````` ~~~ </details><script>',
  '\u001b[2J\u001b]0;title\u0007\u202egnp.exe\r\nhidden',
  `${'`'.repeat(300)}\n${'x'.repeat(50_000)}`,
];

test.each(HOSTILE)('what a tenant writes breaks out of no form: %#', (text) => {
  const values = { text, [text.slice(0, 200)]: 1, list: [text] };
  const release = (more: object): object => ({
    name: 'chart',
    helm: { url: 'https://charts.example.com' },
    helmRelease: { chart: { spec: { chart: 'a', version: '1.x' } }, values: { ...values, ...more } },
  });
  const diff = diffOf({ layers: [release({ text: 'a' })] }, { layers: [release({})] });
  const seen = printDiffs([diff], layoutFor({ isTerminal: true, columns: 80 }, false, {}));
  // eslint-disable-next-line no-control-regex -- it looks for control characters
  expect(seen.replaceAll('\n', '')).not.toMatch(/[\0-\x1f\x7f-\x9f\u202e]/);
  const comment = printMarkdown([diff]);
  expect(comment.length).toBeLessThan(65_536);
  // What stands outside of code has nothing of it.
  const [outside, fences] = splitFences(comment);
  expect(fences % 2).toBe(0);
  expect(outside).not.toMatch(/everyone|script|img|javascript|hidden$/m);
});

/** The lines outside of fences as GitHub reads them, and how many lines begin or end one. */
function splitFences(markdown: string): [outside: string, fences: number] {
  const outside: string[] = [];
  let [fence, count] = ['', 0];
  for (const line of markdown.split('\n')) {
    const [, run = ''] = /^ {0,3}(`{3,})/.exec(line) ?? [];
    const isEnd = fence !== '' && run.length >= fence.length && line.trim() === run;
    if (fence === '' ? run !== '' : isEnd) {
      fence = fence === '' ? run : '';
      count += 1;
    } else if (fence === '') outside.push(line);
  }
  return [outside.join('\n'), count];
}

test('a comment is bounded: deletions come first, and what is left out is counted', () => {
  const many = Array.from({ length: 190 }, (_, i) => `layer-with-a-long-name-${i}`);
  const diff = diffOf(
    { sources, layers: layers('keep', ...many) },
    { sources, layers: layers('keep', ...many.map((n) => `${n}-x`)) },
  );
  const comment = printMarkdown([diff, diff]);
  expect(comment.length).toBeLessThan(65_536);
  expect(comment).toContain('380 objects are deleted');
  expect(comment.indexOf('objects are deleted')).toBeLessThan(comment.indexOf('<details>'));
  expect(comment).toMatch(/\*\*\d+ more lines are left out: run `fluxblueprint diff` to see them\.\*\*\n$/);
});

test('where nothing changes, that is said', () => {
  const spec = { sources, layers: layers('a') };
  expect(
    printDiffs([diffOf(spec, spec)], layoutFor({ isTerminal: false, columns: undefined }, false, {})),
  ).toBe('FluxBlueprint flux-system/demo: nothing changes; 2 stay as they are\n');
  expect(printMarkdown([diffOf(spec, spec)])).toContain('Nothing that FluxBlueprint generates.');
});
