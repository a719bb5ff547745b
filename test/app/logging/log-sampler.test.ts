import { expect, test } from '@jest/globals';
import { FloodGate } from '../../../src/app/logging/log-sampler.ts';

test('ten lines a second with one message are written, and the next says how many were not', () => {
  const gate = new FloodGate();
  const first = Array.from({ length: 250 }, (_, i) => gate.pass('failed', i));
  expect(first.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 0));
  expect(new Set(first.slice(10))).toEqual(new Set([undefined]));
  expect([gate.pass('failed', 1000), gate.pass('failed', 1001)]).toEqual([240, 0]);
});

test('one message does not hold up another', () => {
  const gate = new FloodGate();
  for (let i = 0; i < 100; i++) gate.pass('failed', 0);
  expect(gate.pass('failed otherwise', 0)).toBe(0);
});

test('more messages than are told apart are written all the same', () => {
  const gate = new FloodGate();
  const passed = Array.from({ length: 5000 }, (_, i) => gate.pass(`message ${i}`, 0));
  expect(passed.every((left) => left === 0)).toBe(true);
});
