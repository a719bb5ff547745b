/**
 * The test harness: everything that more than one folder of tests uses, and the benchmarks and the demo too. It may
 * import the product and `control-plane`, never a folder of tests. Begin with `operator/cluster.ts`, which starts a
 * cluster with an operator, and `blueprint/tenant.ts`, which is a namespace in it. This file is the one way to wait for
 * something.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a wait lasts before it fails, and how long it pauses between two looks; in milliseconds. */
export interface Patience {
  boundMs: number;
  everyMs: number;
}

/** What waits use that say nothing else. The bound is far above what anything takes on a busy machine. */
const patience: Patience = { boundMs: 120_000, everyMs: 10 };

/** Sets what later waits of this process use by default. */
export function setPatience(chosen: Patience): void {
  Object.assign(patience, chosen);
}

/** How one wait differs from the others. */
export interface WaitOptions extends Partial<Patience> {
  /** Pauses in another way than by a timer, for example until the next event of a watch; at most `leftMs`. */
  pause?: (leftMs: number) => Promise<unknown>;
}

/**
 * Waits until `look` answers something other than `undefined` or `false`, and answers it. A `look` that throws is
 * repeated too: what it threw last says how things stand. Rejects at the bound (by default two minutes, see
 * {@link setPatience}) with `what` and with what `look` threw last.
 * @param what completes "waited in vain until …"
 */
export async function waitFor<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  options: WaitOptions = {},
): Promise<T> {
  const { boundMs = patience.boundMs, everyMs = patience.everyMs, pause = () => sleep(everyMs) } = options;
  const deadline = performance.now() + boundMs;
  for (;;) {
    let problem: unknown;
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      problem = error;
    }
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) throw describeFailure(what, boundMs, problem);
    await pause(leftMs);
  }
}

function describeFailure(what: string, boundMs: number, problem: unknown): Error {
  const seen = problem === undefined ? '' : `; seen last: ${describeProblem(problem)}`;
  return new Error(`waited ${boundMs / 1000} s in vain until ${what}${seen}`, { cause: problem });
}

function describeProblem(problem: unknown): string {
  // Errors of Node's own modules are of another realm under Jest, so `instanceof` would miss them.
  const { message } = (problem ?? {}) as Partial<Error>;
  return message === undefined || message === '' ? String(problem) : message;
}
