import { expect, test } from '@jest/globals';
import { HeavyGate } from '../../../src/operator/bounds/heavy-gate.ts';

test('one is let in at a time, in the order in which they came', () => {
  const gate = new HeavyGate();
  expect(['a', 'b', 'c', 'b'].map((key) => gate.enter(key))).toEqual([true, false, false, false]);
  gate.leave('a');
  // It is the turn of b, whoever asks first.
  expect(['c', 'a', 'b', 'c'].map((key) => gate.enter(key))).toEqual([false, false, true, false]);
  gate.leave('b');
  expect(gate.enter('a')).toBe(false);
  expect(gate.enter('c')).toBe(true);
});

test('one that is gone while it waits holds up nobody', () => {
  const gate = new HeavyGate();
  gate.enter('a');
  gate.enter('b');
  gate.enter('c');
  expect(gate.pauseOf('c')).toBeGreaterThan(gate.pauseOf('b'));
  gate.leave('b');
  gate.leave('a');
  expect(gate.enter('c')).toBe(true);
});
