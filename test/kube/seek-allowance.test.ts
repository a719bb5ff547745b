import { expect, test } from '@jest/globals';
import { SeekAllowance } from '../../src/kube/seek-allowance.ts';
import { ManualClock } from '../harness/manual-clock.ts';

test('ten kinds are sought at once, and one more each second', () => {
  const clock = new ManualClock();
  const allowance = new SeekAllowance(clock);
  const take = (times: number): number =>
    Array.from({ length: times }, (_, i) => allowance.take(`g/Kind${i}`)).filter(Boolean).length;
  expect(take(100)).toBe(10);
  clock.advance(3000);
  expect(take(100)).toBe(3);
  clock.advance(3_600_000);
  expect(take(100)).toBe(10);
});

test('a kind that was missing is not sought again at once, and others are', () => {
  const clock = new ManualClock();
  const allowance = new SeekAllowance(clock);
  allowance.noteMissing('g/Kind');
  expect(allowance.take('g/Kind')).toBe(false);
  expect(allowance.take('g/Other')).toBe(true);
  clock.advance(5000);
  expect(allowance.take('g/Kind')).toBe(true);
});

test('however many kinds are missing, few of them are remembered', () => {
  const allowance = new SeekAllowance(new ManualClock());
  for (let i = 0; i < 100_000; i++) allowance.noteMissing(`g/Kind${i}`);
  expect(allowance.take('g/Kind0')).toBe(true);
});
