import { expect, test } from '@jest/globals';
import { formatDuration, formatTime, parseTime } from '../../../src/core/rollout/clock/times.ts';
import { parseDuration } from '../../../src/core/values/duration.ts';

test.each([
  ['2026-12-18T00:00:00Z', '2026-12-18T00:00:00Z'],
  ['2026-12-18t00:00:00z', '2026-12-18T00:00:00Z'],
  ['2026-12-18T01:00:00.5+01:00', '2026-12-18T00:00:00.500Z'],
])('%s is the time %s', (text, time) => {
  expect(formatTime(parseTime(text) ?? 0)).toBe(time);
});

test.each(['', 'tomorrow', '2026-12-18T00:00:00+99:00'])('"%s" is no time', (text) => {
  expect(parseTime(text)).toBeUndefined();
});

test.each(['0s', '1ms', '30s', '1m', '1h30m', '24h', '1461h2m3s4ms'])(
  '%s is written as it is read',
  (text) => {
    expect(formatDuration(parseDuration(text) ?? -1)).toBe(text);
  },
);
