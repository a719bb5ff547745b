import { expect, test } from '@jest/globals';
import { suggestAllowed, suggestName, suggest } from '../../../src/core/values/suggest.ts';
import { growthOf } from '../cpu-time.ts';

test.each([
  ['interal', 'interval'],
  ['inetrval', 'interval'],
  ['INTERVAL', 'interval'],
  ['path', 'path'],
  ['pth', 'path'],
])('%s is taken for %s', (unknown, known) => {
  expect(suggestName(unknown, ['interval', 'path', 'timeout'])).toBe(known);
});

test('a name that differs in more than a third of its characters is not near', () => {
  expect(suggestName('abcdef', ['abcxyz'])).toBeUndefined();
  expect(suggestName('abcdef', ['abcdxy'])).toBe('abcdxy');
});

test('a name of one letter is near to no other', () => {
  expect(suggestName('s', ['p', 'q'])).toBeUndefined();
  expect(suggestName('s', ['S'])).toBe('S');
});

test('swapped neighbours count as one edit', () => {
  expect(suggestName('ab', ['ba'])).toBe('ba');
});

test('of equally near names the first by alphabet is taken, in whatever order they come', () => {
  expect(suggestName('cat', ['hat', 'bat'])).toBe('bat');
  expect(suggestName('cat', ['bat', 'hat'])).toBe('bat');
});

test('a name of more than 128 characters is near to nothing', () => {
  expect(suggestName('a'.repeat(129), ['a'.repeat(129)])).toBeUndefined();
});

test('a suggestion names the nearest, or what is known, or that there is nothing', () => {
  expect(suggest('fleeet', ['fleet', 'other'])).toBe('; did you mean "fleet"?');
  expect(suggest('nothing-like', ['b', 'a', 'a'])).toBe('; known are a, b');
  expect(suggest('x', [])).toBe('; there are none');
});

test('a suggestion lists ten names and counts the rest', () => {
  const names = Array.from({ length: 12 }, (_, i) => `name-${String(i).padStart(2, '0')}`);
  expect(suggest('x', names)).toBe(`; known are ${names.slice(0, 10).join(', ')} and 2 more`);
});

test('what is allowed is listed whole, after the nearest word', () => {
  const words = Array.from({ length: 40 }, (_, i) => `word-${String(i).padStart(2, '0')}`);
  expect(suggestAllowed('x', words)).toBe(`; allowed are ${words.join(', ')}`);
  expect(suggestAllowed('word-9', words)).toBe(`; did you mean "word-09"? Allowed are ${words.join(', ')}`);
  expect(suggestAllowed('x', ['one'])).toBe('; only "one" is');
});

test.each([
  ['teams', 'msteams'],
  ['github-Pull-Request', 'githubpullrequestcomment'],
  ['gitlabs', 'gitlab'],
])('%s, which is a part of it or near, is taken for %s', (unknown, word) => {
  const words = ['msteams', 'githubpullrequestcomment', 'gitlab', 'gitlabmergerequestcomment'];
  expect(suggestAllowed(unknown, words)).toMatch(new RegExp(`^; did you mean "${word}"\\? Allowed are git`));
});

test('names that are all almost near take no longer than a bound, however many there are', () => {
  const unknown = 'a'.repeat(84) + 'b'.repeat(43);
  const known = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => 'a'.repeat(84) + String(i).padStart(43, 'c'));
  // Both are beyond the bound, so that the second takes longer only by reading and sorting the names.
  const growth = growthOf(
    8,
    (count) => {
      const names = known(count);
      return () => {
        for (let i = 0; i < 20; i++) suggestName(unknown, names);
      };
    },
    250,
  );
  expect(growth).toBeLessThan(4);
});
