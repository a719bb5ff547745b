import { expect, test } from '@jest/globals';
import { compareLines } from '../../../src/core/diff/text-lines.ts';

function print(before: string, after: string): string[] {
  return compareLines(before, after).map(({ sign, text }) => sign + text);
}

const lines = (count: number, prefix = ''): string =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}\n`).join('');

test('the lines that differ are shown, with two around them', () => {
  expect(print(lines(10), lines(10).replace('5\n', 'five\n'))).toEqual([
    ' …',
    ' 3',
    ' 4',
    '-5',
    '+five',
    ' 6',
    ' 7',
  ]);
  expect(print('a\nb', 'a\nc')).toEqual([' a', '-b', '+c']);
  expect(print('', 'a\nb\n')).toEqual(['+a', '+b']);
  expect(print('a\nb\n', '')).toEqual(['-a', '-b']);
});

test('a text that differs by its last line break alone is shown in whole', () => {
  expect(print('a\nb', 'a\nb\n')).toEqual(['-a', '-b', '+a', '+b']);
});

test('where too much differs, all goes and all comes', () => {
  const shown = print(lines(2000, 'a'), lines(2000, 'b'));
  expect(shown.slice(0, 2)).toEqual(['-a0', '-a1']);
  expect(shown).toHaveLength(4000);
  const large = print(lines(60_000, 'a'), lines(60_000, 'b'));
  expect(large).toHaveLength(120_000);
});
