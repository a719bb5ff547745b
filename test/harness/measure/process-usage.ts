import { readFileSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often the processor time of a process is sampled, in milliseconds. */
const SAMPLE_MS = 50;

/** How long a process must have been idle to count as quiet, in milliseconds. */
const QUIET_MS = 500;

/**
 * The processor time that a process has used so far, in milliseconds, all its threads together. Linux only: the
 * scheduler's own count, in nanoseconds, where `ps` knows hundredths of a second.
 */
export async function readCpuMs(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const times = await Promise.all(
    threads.map(async (thread) => {
      const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8');
      return Number(text.split(' ')[0]) / 1e6;
    }),
  );
  return times.reduce((sum, ms) => sum + ms, 0);
}

/** The memory of a process that is in RAM, in MB (10⁶ bytes): now, and the most since it began. Linux only. */
export async function readMemoryMb(pid: number): Promise<{ now: number; peak: number }> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  const read = (field: string): number => {
    const kib = Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? NaN);
    return (kib * 1024) / 1e6;
  };
  return { now: read('VmRSS'), peak: read('VmHWM') };
}

/**
 * Waits until a process has been quiet for half a second, that is, has used less than a twentieth of a core. Answers
 * since when (`performance.now()`) it has been.
 */
export async function untilQuiet(pid: number): Promise<number> {
  let quietSince = performance.now();
  let used = await readCpuMs(pid);
  while (performance.now() - quietSince < QUIET_MS) {
    await sleep(SAMPLE_MS);
    const now = await readCpuMs(pid);
    if (now - used > SAMPLE_MS / 20) quietSince = performance.now();
    used = now;
  }
  return quietSince;
}

/**
 * Begins to measure how short processors are. The function that it answers says by what factor this process has been
 * slowed since then, because others ran while it wanted to: 1 on an idle machine, 4 where it got a quarter of what it
 * wanted. By the scheduler's own count; 1 where there is none, as outside of Linux.
 */
export function watchShortage(): () => number {
  const begun = readTurns();
  return () => {
    const { ran, waited } = readTurns();
    const used = ran - begun.ran;
    return used > 0 ? (used + waited - begun.waited) / used : 1;
  };
}

/** How long the main thread has run, and how long it has waited for a processor, both in nanoseconds. */
function readTurns(): { ran: number; waited: number } {
  try {
    const [ran = 0, waited = 0] = readFileSync('/proc/self/schedstat', 'utf8').split(' ').map(Number);
    return { ran, waited };
  } catch {
    return { ran: 0, waited: 0 };
  }
}
