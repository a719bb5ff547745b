import { readFileSync, writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { createPaint } from '../../../src/cli/terminal/paint.ts';
import type { Report } from '../../../src/core/report/report.ts';
import { printSummary, printText } from '../../../src/core/report/text.ts';
import { lintTexts } from './linting.ts';

const update = process.env['UPDATE_GOLDEN'] === '1';

const REPORT = lintTexts({
  'clusters/production/platform.yaml': `apiVersion: fluxblueprint.io/v1beta1
kind: FluxBlueprint
metadata: {name: platform, namespace: flux-system}
spec:
  sources:
    - name: fleet
      git: {url: https://example.com/fleet.git, ref: {branch: main}, interval: 30s}
  layers:
    - name: infrastructure
      kustomization: {intervall: 5m}
    - name: apps
      dependsOn: [infrastructur]
      kustomization: {}
---
apiVersion: fluxblueprint.io/v1beta1
kind: FluxBlueprint
metadata: {name: second, namespace: flux-system}
spec:
  sources:
    - {name: other, git: {url: https://example.com/other.git, ref: {branch: main}, interval: 30s}}
  layers:
    - name: second
      kustomization: {}
  policy:
    exceptions: [{rule: mutable-ref, target: sources/fleet, reason: it is known}]
`,
  'clusters/broken.yaml': 'kind: FluxBlueprint\nspec: [\n',
});

const LAYOUTS = [80, 120, undefined].flatMap((columns) =>
  [false, true].map((colour) => ({
    name: `${columns ?? 'pipe'}-${colour ? 'colour' : 'plain'}.txt`,
    columns,
    paint: createPaint(colour),
  })),
);

/** What is seen, the summary included. */
const print = (report: Report, layout: (typeof LAYOUTS)[number]): string =>
  printText(report, layout) + printSummary(report, layout);

test.each(LAYOUTS)('what people see is what stands in golden/$name', (layout) => {
  const file = new URL(`golden/${layout.name}`, import.meta.url);
  const text = print(REPORT, layout);
  if (update) writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
});

test.each(LAYOUTS)('no line of $name is wider than it may be, and colours change no character', (layout) => {
  const text = stripVTControlCharacters(print(REPORT, layout));
  const widest = Math.max(...text.split('\n').map((line) => line.length));
  expect(widest).toBeLessThanOrEqual(layout.columns ?? Infinity);
  const plain = LAYOUTS.find(({ columns, name }) => columns === layout.columns && name.includes('plain'));
  expect(plain && print(REPORT, plain)).toBe(text);
});

test.each([1, 20, 21])('at %d columns everything is there still', (columns) => {
  const paint = createPaint(false);
  const narrow = printText(REPORT, { columns, paint });
  const wide = printText(REPORT, { columns: undefined, paint });
  expect(narrow.replaceAll(/\s/g, '')).toBe(wide.replaceAll(/\s/g, ''));
});

describe('what could deceive a terminal', () => {
  const entry = {
    severity: 'error',
    rule: 'r',
    message: 'a\u001b[31mred\u0007\nb\u202edc\u009b',
    path: '',
    input: 'a\u001b[2J.yaml',
    place: undefined,
    blueprint: undefined,
  } as const;

  test('is written in ASCII', () => {
    const text = printText(
      { entries: [entry], unread: [], blueprints: 1 },
      { columns: undefined, paint: createPaint(false) },
    );
    expect(text).toBe('a\\u001b[2J.yaml: error: a\\u001b[31mred\\u0007\\u000ab\\u202edc\\u009b [r]\n');
  });
});

test.each([
  [{}, 1, '✔ nothing found in 1 blueprint\n'],
  [{ warning: 1 }, 2, '⚠ 1 warning in 2 blueprints\n'],
  [{ error: 2, warning: 1, info: 3 }, 2, '✗ 2 errors, 1 warning, 3 remarks in 2 blueprints\n'],
  [{ info: 1 }, 1, '⚠ 1 remark in 1 blueprint\n'],
])('the summary of %j in %d is %j', (counts, blueprints, summary) => {
  const entries = Object.entries(counts).flatMap(([severity, count]) =>
    Array.from({ length: count }, () => ({
      severity: severity as 'error',
      rule: 'r',
      message: 'm',
      path: '',
      input: 'i',
      place: undefined,
      blueprint: undefined,
    })),
  );
  expect(printSummary({ entries, unread: [], blueprints }, { paint: createPaint(false) })).toBe(summary);
});
