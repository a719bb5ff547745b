import { expect, test } from '@jest/globals';
import { isLookupDue, lookupKey, nextLookup, nextLookupIn } from '../../../src/core/lint/lookup.ts';

const FOUND = { exists: true, keys: ['token'] };
const MISSING = { exists: false, keys: undefined };

test('a subject is asked about that never was', () => {
  expect(isLookupDue(undefined, 0, false)).toBe(true);
  expect(nextLookupIn(undefined, 0)).toBeUndefined();
});

test('what exists is asked about again after five minutes, whatever changes', () => {
  const lookup = nextLookup(undefined, FOUND, 1_000);
  for (const changed of [true, false]) {
    expect(isLookupDue(lookup, 300_999, changed)).toBe(false);
    expect(isLookupDue(lookup, 301_000, changed)).toBe(true);
  }
  expect(nextLookupIn(lookup, 1_000)).toBeUndefined();
});

test('what is missing is asked about after as long as it has been missing: 5 s at first, 5 min at most', () => {
  let lookup = nextLookup(undefined, MISSING, 0);
  const waits: (number | undefined)[] = [];
  for (let now = 0; now < 2_000_000; now += nextLookupIn(lookup, now) ?? Infinity) {
    lookup = nextLookup(lookup, MISSING, now);
    waits.push(nextLookupIn(lookup, now));
  }
  expect(waits.slice(0, 5)).toEqual([5_000, 5_000, 10_000, 20_000, 40_000]);
  expect(waits.at(-1)).toBe(300_000);
});

test('what is missing is asked about at once where something changed', () => {
  const lookup = nextLookup(undefined, MISSING, 0);
  expect(isLookupDue(lookup, 1, false)).toBe(false);
  expect(isLookupDue(lookup, 1, true)).toBe(true);
});

test('another answer begins a new spell, and the same one goes on with it', () => {
  const first = nextLookup(undefined, MISSING, 0);
  expect(nextLookup(first, MISSING, 70).since).toBe(0);
  expect(nextLookup(first, FOUND, 70)).toEqual({ ...FOUND, at: 70, since: 70 });
});

test('a subject is known by its kind, namespace and name', () => {
  expect(lookupKey({ kind: 'Secret', namespace: 'shop', name: 'token' })).toBe('Secret/shop/token');
});
