import { readdirSync } from 'node:fs';
import { readAnonymousBytes } from '../harness/operator/child-processes.ts';

/** What a process and all its descendants use. */
export interface Usage {
  /**
   * Memory of their own, in MiB: what a container's limit counts and cannot be taken back, but for the kernel's part.
   */
  memoryMib: number;
  /** Open descriptors of the first process. */
  descriptors: number;
  processes: number;
}

/** Reads what a process group uses. Linux only. Undefined where the process is gone. */
export function readUsage(pid: number, parents: ReadonlyMap<number, number>): Usage | undefined {
  const group = listGroup(pid, parents);
  const bytes = group.reduce((sum, each) => sum + readAnonymousBytes(each), 0);
  try {
    const descriptors = readdirSync(`/proc/${pid}/fd`).length;
    return { memoryMib: bytes / 2 ** 20, descriptors, processes: group.length };
  } catch {
    return undefined;
  }
}

function listGroup(pid: number, parents: ReadonlyMap<number, number>): number[] {
  const children = [...parents].filter(([, parent]) => parent === pid).map(([child]) => child);
  return [pid, ...children.flatMap((child) => listGroup(child, parents))];
}
