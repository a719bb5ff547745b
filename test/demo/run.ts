/**
 * The demo: scenes that show on a real API server what a blueprint brings about, and say how long it took. `flux/`
 * plays them on real Flux. Every scene waits for what it shows, so that a demo that ends well is a test. Begin with
 * `demo.ts`.
 */
import type { Cleanups } from '../harness/cleanup.ts';
import { runAndCleanUp } from '../harness/run-and-clean-up.ts';
import { Stage, formatMs } from './stage.ts';

/**
 * Plays a demo, and afterwards ends everything that it started, even if it fails. The exit code is 1 if it fails, and
 * 130 if a signal interrupts it.
 */
export async function runDemo(play: (stage: Stage, cleanups: Cleanups) => Promise<void>): Promise<void> {
  const started = performance.now();
  try {
    await runAndCleanUp(async (cleanups) => {
      const stage = new Stage();
      await play(stage, cleanups);
      stage.close();
      process.stdout.write(
        `\nEvery step was seen on the API server; the demo took ${formatMs(performance.now() - started)}.\n`,
      );
    });
  } catch (error) {
    process.stderr.write(`\nThe demo failed: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
