import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Document } from 'yaml';
import { fieldPath, itemPath } from '../../../src/core/values/path.ts';
import { readBlueprints } from '../../../src/core/yaml/read-blueprints.ts';
import { validBlueprints } from '../properties/arbitrary.ts';
import { lintTexts } from './linting.ts';

/** Seeded, so that a failure comes again; the seed and the path of a failure are in its message. */
const RUNS = { seed: 20_261_130, numRuns: 300 };

/** A value that stands nowhere else. It is no text and no object. */
const PLANTED = 987_654_321;

/** All paths of a value, each with a function that puts something else there. */
function* placesOf(value: unknown, path = ''): Generator<{ path: string; put: (planted: number) => void }> {
  if (typeof value !== 'object' || value === null) return;
  const holder = value as Record<string | number, unknown>;
  for (const key of Object.keys(holder)) {
    const below = Array.isArray(value) ? itemPath(path, Number(key)) : fieldPath(path, key);
    yield { path: below, put: (planted) => (holder[key] = planted) };
    yield* placesOf(holder[key], below);
  }
}

/** How a blueprint is written. */
const forms = fc.record({
  style: fc.constantFrom('any', 'flow', 'json', 'compact json'),
  indentSeq: fc.boolean(),
  windows: fc.boolean(),
  before: fc.constantFrom('', '# a comment\n\n', 'kind: ConfigMap\n---\n', '--- # one\n', '\ufeff'),
});

type Form = typeof forms extends fc.Arbitrary<infer T> ? T : never;

function write(value: unknown, { style, indentSeq, windows, before }: Form): string {
  // Behind another document, JSON is read as YAML.
  const text =
    before + (style.includes('json') ? writeJson(value, style) : writeYaml(value, style, indentSeq));
  return windows ? text.replaceAll('\n', '\r\n') : text;
}

function writeJson(value: unknown, style: string): string {
  return JSON.stringify(value, null, style === 'json' ? 2 : undefined);
}

function writeYaml(value: unknown, style: string, indentSeq: boolean): string {
  const document = new Document(value, { version: '1.1' });
  return document.toString({ indentSeq, collectionStyle: style as 'flow' | 'any' });
}

function placeIn(text: string, at: number): { line: number; column: number } {
  const before = text.slice(text.startsWith('\ufeff') ? 1 : 0, at);
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
}

const planted = fc.tuple(validBlueprints, fc.nat(), forms).map(([{ spec }, number, form]) => {
  const blueprint = {
    apiVersion: 'fluxblueprint.io/v1beta1',
    kind: 'FluxBlueprint',
    metadata: { name: 'a', namespace: 'x' },
    // A copy of its own, so that nothing is planted in two places.
    spec: JSON.parse(JSON.stringify(spec)) as unknown,
  };
  const places = [...placesOf(blueprint.spec, 'spec')];
  const place = places[number % places.length];
  place?.put(PLANTED);
  return { text: write(blueprint, form), path: place?.path ?? '' };
});

test('a path leads to the value that was planted there', () => {
  fc.assert(
    fc.property(planted, ({ text, path }) => {
      const { ok, locators } = readBlueprints(text, { locate: true });
      expect(ok).toBe(true);
      expect(locators[0]?.locate(path)).toEqual(placeIn(text, text.indexOf(String(PLANTED))));
    }),
    RUNS,
  );
});

test('what is wrong with a value is told at the line and column of that value', () => {
  let told = 0;
  fc.assert(
    fc.property(planted, ({ text, path }) => {
      const { entries } = lintTexts({ 'a.yaml': text });
      const found = entries.filter((entry) => entry.path === path && entry.severity === 'error');
      told += found.length > 0 ? 1 : 0;
      const place = placeIn(text, text.indexOf(String(PLANTED)));
      expect(found.map((entry) => entry.place)).toEqual(found.map(() => place));
    }),
    RUNS,
  );
  // Values of charts, and what others refer to, may be numbers, or be told of elsewhere.
  expect(told).toBeGreaterThan(RUNS.numRuns / 2);
});

test('everything that is told has a place in the text', () => {
  fc.assert(
    fc.property(planted, ({ text }) => {
      const lines = text.split('\n');
      for (const { place } of lintTexts({ 'a.yaml': text }).entries) {
        expect(place).toBeDefined();
        expect(place?.line).toBeLessThanOrEqual(lines.length);
        expect(place?.column).toBeLessThanOrEqual((lines[(place?.line ?? 0) - 1] ?? '').length + 1);
      }
    }),
    { ...RUNS, numRuns: 100 },
  );
});
