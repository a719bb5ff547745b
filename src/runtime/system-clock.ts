import type { Clock, Timer } from '../ports/clock.ts';

/** The longest delay of Node's timers, in milliseconds (about 24.8 days). A timer with a longer one fires at once. */
const longestDelayMs = 2 ** 31 - 1;

/** The {@link Clock} of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, run) => startTimer(ms, run),
};

function startTimer(ms: number, run: () => void): Timer {
  if (ms > longestDelayMs) {
    let timer = startTimer(longestDelayMs, () => (timer = startTimer(ms - longestDelayMs, run)));
    return {
      cancel: () => {
        timer.cancel();
      },
    };
  }
  const timeout = setTimeout(run, ms).unref();
  return {
    cancel: () => {
      clearTimeout(timeout);
    },
  };
}
