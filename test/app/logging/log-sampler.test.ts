import { expect, test } from '@jest/globals';
import { LogSampler } from '../../../src/app/logging/log-sampler.ts';

test('ten lines a second with one message are written, and the next says how many were not', () => {
  const sampler = new LogSampler();
  const first = Array.from({ length: 250 }, (_, i) => sampler.sample('failed', i));
  expect(first.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 0));
  expect(new Set(first.slice(10))).toEqual(new Set([undefined]));
  expect([sampler.sample('failed', 1000), sampler.sample('failed', 1001)]).toEqual([240, 0]);
});

test('one message does not hold up another', () => {
  const sampler = new LogSampler();
  for (let i = 0; i < 100; i++) sampler.sample('failed', 0);
  expect(sampler.sample('failed otherwise', 0)).toBe(0);
});

test('messages beyond the number that is sampled are written all the same', () => {
  const sampler = new LogSampler();
  const passed = Array.from({ length: 5000 }, (_, i) => sampler.sample(`message ${i}`, 0));
  expect(passed.every((left) => left === 0)).toBe(true);
});
