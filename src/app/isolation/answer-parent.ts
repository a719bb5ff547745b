import { Worker } from 'node:worker_threads';
import { programBeside } from './program.ts';

/**
 * Makes a program one that an {@link IsolatedProcess} can run: it answers each question of the parent, in order, and
 * ends with the parent. A question on which `answer` throws ends the process.
 */
export function answerParent(answer: (question: unknown) => unknown): void {
  // This thread does not notice the end of the parent while it computes, and what it computes may never end.
  const watchdog = new Worker(programBeside(import.meta.url, 'watchdog'), {
    workerData: { parent: Number(process.argv[2]) },
  });
  watchdog.unref();
  process.on('message', (question) => {
    // No message is nothing, and an answer may be.
    process.send?.({ value: answer(question) });
  });
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}
