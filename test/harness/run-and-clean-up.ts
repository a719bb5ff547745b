import { type Cleanups, cleanUp } from './cleanup.ts';

/** The exit code of a program that was interrupted: 128 and the number of SIGINT, as shells have it. */
const INTERRUPTED = 130;

/**
 * Runs a program of this folder, such as the demo or the benchmarks, and then its cleanups, whether it succeeds, fails,
 * or is interrupted by SIGINT, SIGTERM or SIGHUP. Rejects when `run` does. An interrupted program exits with 130; what
 * `run` does meanwhile no longer counts.
 * @param run adds a cleanup for each thing that it starts
 */
export async function runAndCleanUp(run: (cleanups: Cleanups) => Promise<void>): Promise<void> {
  const cleanups: Cleanups = [];
  const interruption = new AbortController();
  const interrupt = (): void => {
    if (interruption.signal.aborted) return;
    interruption.abort();
    // A process that is only being started has no cleanup yet. It ends with this one.
    void cleanUp(cleanups).finally(() => process.exit(INTERRUPTED));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  // The timers of retries keep no process alive, and a first list can need one.
  const alive = setInterval(() => undefined, 60_000);
  try {
    await run(cleanups);
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
  } finally {
    if (!interruption.signal.aborted) await cleanUp(cleanups);
    clearInterval(alive);
  }
}
