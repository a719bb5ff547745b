import { expect, test } from '@jest/globals';
import { ageOf, formatAge } from '../../../src/core/text/age.ts';

const [S, M, H, D] = [1000, 60_000, 3_600_000, 86_400_000];

test.each([
  [-5 * S, '0s'],
  [0, '0s'],
  [999, '0s'],
  [119 * S, '119s'],
  [2 * M, '2m'],
  [5 * M + 30 * S, '5m30s'],
  [10 * M + 30 * S, '10m'],
  [179 * M, '179m'],
  [3 * H, '3h'],
  [7 * H + 59 * M, '7h59m'],
  [8 * H + 59 * M, '8h'],
  [47 * H, '47h'],
  [48 * H, '2d'],
  [4 * D + 2 * H, '4d2h'],
  [8 * D + 2 * H, '8d'],
  [700 * D, '700d'],
  [770 * D, '2y40d'],
  [9 * 365 * D + 40 * D, '9y'],
])('%d ms are %s, as kubectl writes it', (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});

test('the age of something is from its time; what has none has no age', () => {
  const now = Date.parse('2026-11-30T12:00:00Z');
  expect(ageOf('2026-11-30T11:55:00Z', now)).toBe('5m');
  expect(ageOf(undefined, now)).toBe('');
  expect(ageOf('yesterday', now)).toBe('');
});
