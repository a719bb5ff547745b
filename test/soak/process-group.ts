import { readFileSync, readdirSync } from 'node:fs';

/** What a process and all its descendants use. */
export interface Usage {
  /** Memory of their own, in MiB: what a container's limit counts and cannot be taken back, but for the kernel's part. */
  memoryMib: number;
  /** Open descriptors of the first process. */
  descriptors: number;
  processes: number;
}

/**
 * Reads what a process group uses. Linux only. Anonymous memory is what counts: files that are mapped, such as Node
 * itself, are the page cache's, and are dropped where memory is short. Undefined where the process is gone.
 */
export function readUsage(pid: number, parents: ReadonlyMap<number, number>): Usage | undefined {
  const group = listGroup(pid, parents);
  const memory = group.map((each) => readAnonymousKib(each));
  try {
    const descriptors = readdirSync(`/proc/${pid}/fd`).length;
    const kib = memory.reduce<number>((sum, each) => sum + (each ?? 0), 0);
    return { memoryMib: kib / 1024, descriptors, processes: group.length };
  } catch {
    return undefined;
  }
}

/** The parent of every process on this machine, by pid. */
export function readParents(): Map<number, number> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(pids.flatMap((pid) => readParent(pid)));
}

function readParent(pid: string): [number, number][] {
  const stat = readIfThere(`/proc/${pid}/stat`);
  // The name, in parentheses, may hold anything. After it come the state and the parent.
  const parent = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  return parent === undefined ? [] : [[Number(pid), Number(parent)]];
}

function listGroup(pid: number, parents: ReadonlyMap<number, number>): number[] {
  const children = [...parents].filter(([, parent]) => parent === pid).map(([child]) => child);
  return [pid, ...children.flatMap((child) => listGroup(child, parents))];
}

function readAnonymousKib(pid: number): number | undefined {
  const kib = /^RssAnon:\s+(\d+) kB$/m.exec(readIfThere(`/proc/${pid}/status`) ?? '')?.[1];
  return kib === undefined ? undefined : Number(kib);
}

/** A process may end between two looks. */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
