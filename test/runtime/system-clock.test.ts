import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { systemClock } from '../../src/runtime/system-clock.ts';

test('a timer runs, and one of less time that was started later runs before it', async () => {
  const ran: string[] = [];
  await new Promise<void>((resolve) => {
    systemClock.after(40, () => {
      ran.push('long');
      resolve();
    });
    systemClock.after(20, () => ran.push('short'));
  });
  expect(ran).toEqual(['short', 'long']);
});

/** Jest's timers take no longer delays than Node's: one beyond them fires after a millisecond. */
describe('with time that is moved on by hand', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  test.each([
    ['short', 5],
    ['the longest that Node can hold', 2 ** 31 - 1],
    ['longer than Node can hold', 2 ** 31],
    ['many times as long', 2 ** 36],
  ])('a timer runs after its time, and only once: %s', (_, ms) => {
    const run = jest.fn();
    systemClock.after(ms, run);
    jest.advanceTimersByTime(ms - 1);
    expect(run).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(2 * ms);
    expect(run).toHaveBeenCalledTimes(1);
  });

  test.each([
    ['before its time', 5, 4],
    ['before the longest time that Node can hold is over', 2 ** 32, 1],
    ['after that', 2 ** 32, 2 ** 31],
  ])('a timer that is cancelled %s does not run', (_, ms, cancelledAfterMs) => {
    const run = jest.fn();
    const timer = systemClock.after(ms, run);
    jest.advanceTimersByTime(cancelledAfterMs);
    timer.cancel();
    jest.advanceTimersByTime(2 * ms);
    expect(run).not.toHaveBeenCalled();
    expect(jest.getTimerCount()).toBe(0);
  });

  test('times are in milliseconds, since the epoch and since some moment', () => {
    const [now, monotonic] = [systemClock.now(), systemClock.monotonic()];
    jest.advanceTimersByTime(1234);
    expect(systemClock.now() - now).toBe(1234);
    expect(systemClock.monotonic() - monotonic).toBeCloseTo(1234);
    jest.setSystemTime(new Date('2020-01-01T00:00:00Z'));
    expect(systemClock.now()).toBe(Date.UTC(2020));
    expect(systemClock.monotonic() - monotonic).toBeCloseTo(1234);
  });
});
