import { expect, test } from '@jest/globals';
import { clip, countBytes, truncateLines, truncateToBytes } from '../../../src/core/values/truncate.ts';

test('size is counted in bytes of UTF-8, not in characters', () => {
  expect(countBytes({ a: 'é😀' })).toBe(Buffer.byteLength('{"a":"é😀"}'));
});

test('a text is cut between characters, and one that fits stays whole', () => {
  expect(truncateToBytes('short', 5)).toBe('short');
  expect(truncateToBytes('xx😀', 5)).toBe('xx');
  expect(truncateToBytes('xx😀', 6)).toBe('xx😀');
  expect(Buffer.byteLength(truncateToBytes('é'.repeat(1000), 999))).toBe(998);
});

test('half a character, which no API server would store, is replaced', () => {
  expect(truncateToBytes('a\ud83d', 100)).toBe('a\ufffd');
});

test('of several lines whole ones are kept, and the others are counted', () => {
  const lines = Array.from({ length: 100 }, (_, i) => `spec.layers[${i}]: is wrong`);
  const cut = truncateLines(lines.join('\n'), 200).split('\n');
  expect(cut.slice(0, -1)).toEqual(lines.slice(0, cut.length - 1));
  expect(cut.at(-1)).toBe(`… and ${100 - (cut.length - 1)} more`);
  expect(truncateLines(lines.join('\n'), 100_000)).toBe(lines.join('\n'));
});

test('one long line is cut where it must be', () => {
  expect(truncateLines('x'.repeat(100), 10)).toBe(`${'x'.repeat(10)}…`);
});

test('a text that is cut to characters has no half of one at its end', () => {
  for (let length = 2; length < 9; length++) {
    const cut = clip('a\u{1f600}b\u{1f600}\u{1f600}c\u{1f600}', length);
    expect(cut.isWellFormed()).toBe(true);
    expect(cut.length).toBeLessThanOrEqual(length);
  }
  expect(clip('abc', 3)).toBe('abc');
});
