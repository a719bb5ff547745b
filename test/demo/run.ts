import { type Ends, endAll } from '../harness/ends.ts';
import { Stage, formatMs } from './stage.ts';

/**
 * Plays a demo, and afterwards ends everything that it started, even if it fails. The exit code is 1 if it fails, and
 * 130 if a signal interrupts it.
 */
export async function runDemo(play: (stage: Stage, ends: Ends) => Promise<void>): Promise<void> {
  const started = performance.now();
  const ends: Ends = [];
  const broken = new AbortController();
  const breakOff = (): void => {
    if (broken.signal.aborted) return;
    broken.abort();
    // Programs that are still starting end with this process.
    void endAll(ends).finally(() => process.exit(130));
  };
  process.on('SIGINT', breakOff).on('SIGTERM', breakOff);
  // The timers of retries do not keep the process alive, and a first list can need one.
  const alive = setInterval(() => undefined, 60_000);
  try {
    const stage = new Stage();
    await play(stage, ends);
    stage.close();
    process.stdout.write(
      `\nEvery step was seen on the API server; the demo took ${formatMs(performance.now() - started)}.\n`,
    );
  } catch (error) {
    if (!broken.signal.aborted) reportFailure(error as Error);
  } finally {
    if (!broken.signal.aborted) await endAll(ends);
    clearInterval(alive);
  }
}

function reportFailure({ message, cause }: Error): void {
  process.stderr.write(
    `\nThe demo failed: ${message}${cause instanceof Error ? `\n  ${cause.message}` : ''}\n`,
  );
  process.exitCode = 1;
}
