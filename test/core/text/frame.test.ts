import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Frame } from '../../../src/core/text/frame.ts';
import { widthOf } from '../../../src/core/text/width.ts';
import { plain } from './marked.ts';

const size = (columns?: number, rows?: number): ReturnType<typeof plain> & { rows: number | undefined } => ({
  ...plain(columns),
  rows,
});

test('the second drawing begins where the first one did', () => {
  const frame = new Frame();
  expect(frame.draw('a\nb\n', 'watched', 2_000, size(80, 24))).toBe('\r\u001b[Ja\nb\n◎ 2s: watched\n');
  expect(frame.draw('c\n', 'watched', 3_000, size(80, 24))).toBe('\r\u001b[3A\u001b[Jc\n◎ 3s: watched\n');
  expect(frame.draw('c\n', 'watched', 4_000, size(80, 24))).toBe('\r\u001b[2A\u001b[Jc\n◎ 4s: watched\n');
});

test('a terminal that changes its width is cleared', () => {
  const frame = new Frame();
  frame.draw('a\n', 'watched', 0, size(80, 24));
  expect(frame.draw('a\n', 'watched', 0, size(40, 24))).toBe('\u001b[2J\u001b[H\u001b[Ja\n◎ 0s: watched\n');
});

test('what is higher than the terminal is cut, and counted', () => {
  const text = Array.from({ length: 10 }, (_, i) => `${i}\n`).join('');
  expect(new Frame().draw(text, 'watched', 0, size(80, 6))).toBe(
    '\r\u001b[J0\n1\n2\n… 7 more lines\n◎ 0s: watched\n',
  );
});

test('a drawing is never higher or wider than the terminal', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 60 }),
      fc.integer({ min: 3, max: 50 }),
      fc.integer({ min: 2, max: 100 }),
      (lines, rows, columns) => {
        const text = 'x\n'.repeat(lines + 1);
        const drawn = new Frame().draw(text, 'a note that is long', 5_000, size(columns, rows));
        const shown = drawn.replace('\r\u001b[J', '').split('\n').slice(0, -1);
        expect(shown.length).toBeLessThan(rows);
        for (const line of shown) expect(widthOf(line)).toBeLessThan(Math.max(columns, 3));
      },
    ),
  );
});
