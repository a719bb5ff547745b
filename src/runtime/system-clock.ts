import type { Clock, Timer } from '../ports/clock.ts';

/** The longest delay that Node's timers take, in milliseconds (some 24.8 days); a longer one would fire at once. */
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
