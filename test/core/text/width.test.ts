import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cutToWidth, fold, padToWidth, widthOf } from '../../../src/core/text/width.ts';

test('widths are those of a terminal', () => {
  expect(['', 'abc', 'é', 'e\u0301', '日本', '👍', '👨‍👩‍👧'].map(widthOf)).toEqual([0, 3, 1, 1, 4, 2, 2]);
});

test('a text that is too wide is cut, with a mark that it was', () => {
  expect(cutToWidth('platform', 8)).toBe('platform');
  expect(cutToWidth('platform', 5)).toBe('plat…');
  expect(cutToWidth('日本語', 5)).toBe('日本…');
  expect(cutToWidth('日本語', 4)).toBe('日…');
  expect(cutToWidth('日本語', 2)).toBe('…');
  expect(cutToWidth('abc', 0)).toBe('');
});

test('a text is padded to a width, and one that is wider stays', () => {
  expect(padToWidth('日', 4)).toBe('日  ');
  expect(padToWidth('platform', 4)).toBe('platform');
});

test('a text is folded between words, and a word that is too wide is broken', () => {
  expect(fold('one two three', 7)).toEqual(['one two', 'three']);
  expect(fold('one sha256:0123456789 two', 8)).toEqual(['one', 'sha256:0', '12345678', '9 two']);
  expect(fold('', 8)).toEqual(['']);
  expect(fold('日本語', 2)).toEqual(['日', '本', '語']);
});

test('no line is wider than asked for, and no character is lost', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 80 }),
      fc.integer({ min: 2, max: 40 }),
      (text, columns) => {
        const lines = fold(text, columns);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        expect(widthOf(cutToWidth(text, columns))).toBeLessThanOrEqual(columns);
      },
    ),
  );
});

test('a text of a megabyte is folded in a moment', () => {
  const started = process.cpuUsage();
  expect(fold('word '.repeat(200_000), 40).length).toBeGreaterThan(20_000);
  expect(process.cpuUsage(started).user).toBeLessThan(5_000_000);
});
