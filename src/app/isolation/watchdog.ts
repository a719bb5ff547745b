/**
 * The program of a thread that kills its process once the parent of that is gone, whatever the other thread does. Linux
 * gives an orphan another parent.
 */
import { workerData } from 'node:worker_threads';

/** How often it looks for the parent, in milliseconds. */
const LOOK_MS = 1_000;

const { parent } = workerData as { parent: number };
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, LOOK_MS);
