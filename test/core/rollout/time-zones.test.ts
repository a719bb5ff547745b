import { expect, test } from '@jest/globals';
import { readSchedule } from '../../../src/core/rollout/clock/schedule.ts';
import { TIME_ZONES } from '../../../src/core/rollout/clock/time-zones.ts';

test('every time zone that Node names is known', () => {
  expect(Intl.supportedValuesOf('timeZone').filter((name) => !TIME_ZONES.has(name))).toEqual([]);
});

test('every time zone that is known can be read by', () => {
  expect(TIME_ZONES.size).toBeGreaterThan(590);
  for (const name of TIME_ZONES) expect(readSchedule('0 0 * * *', name)?.findNext(0)).toBeGreaterThan(0);
});

test.each([
  'UTC',
  'Etc/GMT+5',
  'Europe/Kiev',
  'Europe/Kyiv',
  'Asia/Calcutta',
  'Asia/Kolkata',
  'GB',
  'US/Eastern',
])('%s is a time zone', (name) => {
  expect(TIME_ZONES.has(name)).toBe(true);
});

test.each(['', 'europe/berlin', 'Europe/Atlantis', '+01:00', 'local', 'Factory', '__proto__'])(
  'a schedule in the time zone "%s" cannot be read',
  (name) => {
    expect(readSchedule('0 0 * * *', name)).toBeUndefined();
  },
);
