import { describe, expect, test } from '@jest/globals';
import { growthOf, measureCpu } from '../cpu-time.ts';
import { type Found, collectLiterals, collectMade, collectPatterns } from './collect.ts';
import { type Pump, pump, pumpsOf } from './hostile-texts.ts';

/** Texts of this many characters are compared with texts of four times as many. */
const LENGTH = 6_000;

/** Four times are linear, and sixteen quadratic. */
const MOST = 9;

/** How many of the texts that take longest are compared. */
const WORST = 3;

/** Looks for matches as code does: for all of them with the flag `g`, else for the first. */
function search(expression: RegExp, text: string): number {
  expression.lastIndex = 0;
  if (!expression.global) return expression.test(text) ? 1 : 0;
  let count = 0;
  for (const { length } of text.matchAll(expression)) count += length;
  return count;
}

/** How many times as long the search takes in a text that is `factor` times as long as one of so many characters. */
function growthIn(expression: RegExp, of: Pump, factor: number, length: number): number {
  const makeWork = (size: number): (() => void) => {
    const text = pump(of, size);
    return () => {
      search(expression, text);
    };
  };
  return growthOf(factor, makeWork, length);
}

/** Work that takes less processor time is not looked at twice, in milliseconds. */
const WORTH_MS = 50;

/**
 * Searches in longer and longer texts. Infinity where twice the length takes far longer: a longer text would never end.
 */
function climb(expression: RegExp, of: Pump): number {
  let before = 1;
  for (let length = 14; length < 4 * LENGTH; length *= 2) {
    const { cost } = measureCpu(() => search(expression, pump(of, length)));
    if (cost > WORTH_MS && cost > MOST * before && growthIn(expression, of, 2, length / 2) > MOST)
      return Infinity;
    before = Math.max(before, cost);
  }
  return measureCpu(() => search(expression, pump(of, 4 * LENGTH))).cost;
}

/** The growth where the search takes longest. */
function growthFor(expression: RegExp): { growth: number; of?: Pump } {
  const costs: { of: Pump; cost: number }[] = [];
  for (const of of pumpsOf(expression)) {
    const cost = climb(expression, of);
    if (cost === Infinity) return { growth: Infinity, of };
    costs.push({ of, cost });
  }
  const growths = costs
    .sort((a, b) => b.cost - a.cost)
    .slice(0, WORST)
    .map(({ of }) => ({ of, growth: growthIn(expression, of, 4, LENGTH) }));
  return growths.sort((a, b) => b.growth - a.growth)[0] ?? { growth: 0 };
}

const FOUND: readonly Found[] = [...collectLiterals(), ...collectPatterns()];

test('every regular expression is written as a literal or stands in a schema, so that it is tried here', () => {
  expect(FOUND.length).toBeGreaterThan(80);
  expect(collectMade()).toEqual([
    'api/schema/variables.ts: VARIABLE_NAME',
    'core/grammar/names.ts: DNS_LABEL',
    'core/objects/inventory.ts: API_VERSION_PATTERN',
    'core/objects/inventory.ts: DNS_SUBDOMAIN',
    'core/objects/inventory.ts: DNS_LABEL',
    'core/validation/check-schema.ts: pattern',
    'core/values/duration.ts: DURATION',
  ]);
});

describe('of a hostile text of four times the length, the search takes no nine times as long', () => {
  const byPlace = Map.groupBy(FOUND, ({ where }) => where);
  test.each([...byPlace])('%s', (_, found) => {
    const slow = found
      .map(({ expression }) => ({ expression: String(expression), ...growthFor(expression) }))
      .filter(({ growth }) => growth > MOST);
    expect(slow).toEqual([]);
  });
});

test.each([
  [/a+b/, 4, LENGTH],
  [/^(?:a+)+$/, 2, 13],
])(
  'a text on which %s takes far longer is among those that are tried, and that is seen',
  (expression, factor, length) => {
    const pumps = pumpsOf(expression).filter(({ repeated, end }) => repeated === 'a' && end !== '');
    expect(pumps.length).toBeGreaterThan(0);
    for (const one of pumps.slice(0, 1))
      expect(growthIn(expression, one, factor, length)).toBeGreaterThan(MOST);
  },
);
