import { expect, test } from '@jest/globals';
import { atMostOneOf, exactlyOneOf } from '../../src/api/schema/shapes/rule.ts';

interface Fields {
  a?: unknown;
  b?: unknown;
}

const exactly = exactlyOneOf<Fields>(['a', 'b'], 'a thing');
const atMost = atMostOneOf<Fields>(['a', 'b'], 'a thing');

test.each([
  [{}, false, true],
  [{ a: 1 }, true, true],
  [{ b: {} }, true, true],
  [{ a: 1, b: 1 }, false, false],
  [{ a: undefined, b: 1 }, true, true],
])('of %j exactly one is %s and at most one is %s', (value, one, upToOne) => {
  expect([exactly.holds(value), atMost.holds(value)]).toEqual([one, upToOne]);
});

test('the API server is asked by a sum, which its cost estimate takes in long lists', () => {
  expect(exactly.rule).toBe('(has(self.a) ? 1 : 0) + (has(self.b) ? 1 : 0) == 1');
  expect(atMost.rule).toBe('(has(self.a) ? 1 : 0) + (has(self.b) ? 1 : 0) <= 1');
});

test('both say which fields it is about', () => {
  expect(exactly.message).toBe('a thing needs exactly one of a, b');
  expect(atMost.message).toBe('a thing takes at most one of a, b');
});
