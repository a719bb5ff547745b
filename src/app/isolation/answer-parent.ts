import { Worker } from 'node:worker_threads';
import { exposeCollector } from './collector.ts';
import { programBeside } from './program.ts';

/** How long nothing was asked before the heap is collected, in milliseconds, and from how many bytes on it is. */
const QUIET_MS = 100;
const COLLECTED_FROM = 32_000_000;

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
  const collect = collectWhenQuiet();
  process.on('message', (question) => {
    // No message is nothing, and an answer may be.
    process.send?.({ value: answer(question) });
    collect();
  });
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}

/** Collects the heap after a while without a call: these processes are idle for most of their time. */
function collectWhenQuiet(): () => void {
  const collect = exposeCollector();
  let timer: NodeJS.Timeout | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (process.memoryUsage().heapTotal > COLLECTED_FROM) collect();
    }, QUIET_MS);
    timer.unref();
  };
}
