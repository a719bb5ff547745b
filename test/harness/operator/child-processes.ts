import { readFileSync, readdirSync } from 'node:fs';

/** The ids of the processes that a process has started and that have not ended; Linux only. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => readStat(child)?.parent === pid && isAlive(child));
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
