import type { Clock } from '../../ports/clock.ts';
import { raceAbort } from './abort.ts';

/** Resolves after `ms` milliseconds, or as soon as the signal aborts. Never rejects. */
export async function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  const over = Promise.withResolvers<undefined>();
  const timer = clock.after(ms, () => {
    over.resolve(undefined);
  });
  await raceAbort(over.promise, signal).catch(() => undefined);
  timer.cancel();
}
