import { readFileSync, readdirSync } from 'node:fs';

/** The parent of every process on this machine, by its id; Linux only. */
export function readParents(): Map<number, number> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(
    pids.map(Number).flatMap((pid): [number, number][] => {
      const parent = readStat(pid)?.parent;
      return parent === undefined ? [] : [[pid, parent]];
    }),
  );
}

/** The ids of the processes that a process has started and that have not ended; Linux only. */
export function childrenOf(pid: number): number[] {
  return [...readParents()]
    .filter(([child, parent]) => parent === pid && isAlive(child))
    .map(([child]) => child);
}

/**
 * The anonymous memory of a process that is in RAM, in bytes; 0 where it is gone. Files that are mapped, such as Node
 * itself, are the page cache's, and are dropped where memory is short.
 */
export function readAnonymousBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Whether a process runs. One that has ended and that nobody has asked for yet does not. */
export function isAlive(pid: number): boolean {
  const state = readStat(pid)?.state;
  return state !== undefined && !/[ZXx]/.test(state);
}

/** How long a process has computed, in ticks of 10 ms; 0 where there is none. */
export function readComputedTicks(pid: number): number {
  return readStat(pid)?.computed ?? 0;
}

/** Fields 3, 4, and 14 with 15 of proc(5); undefined where there is no such process. */
function readStat(pid: number): { state: string; parent: number; computed: number } | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    const [state = '', parent] = fields;
    return { state, parent: Number(parent), computed: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return undefined;
  }
}
