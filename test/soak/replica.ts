import { setTimeout as sleep } from 'node:timers/promises';
import { readMetrics } from '../harness/operator/metrics.ts';
import type { OperatorProcess } from '../harness/operator/operator-process.ts';
import { readUsage, type Usage } from './process-group.ts';

/** How long an ended replica stays away, in milliseconds. A kubelet is as quick the first time. */
const RESTART_MS = 1000;

/** How many lines of the log are kept of a replica that ended by itself. */
const LAST_LINES = 3;

/** What a replica used, and when. */
export interface Sample extends Usage {
  /** Milliseconds, `performance.now()`. */
  at: number;
}

/** What the operator itself says of its event loop and its queue. */
export interface Scrape {
  at: number;
  /** The longest that a turn of the event loop took since the scrape before, in milliseconds. */
  lagMs: number;
  heapMib: number;
  /** Blueprints that wait. */
  queued: number;
}

/** One of the operators. It is started again whenever it ends, as a kubelet does. */
export class SupervisedReplica {
  readonly name: string;
  readonly samples: Sample[] = [];
  readonly scrapes: Scrape[] = [];
  /** How it ended each time that nobody had asked it to. */
  readonly ends: string[] = [];
  /** How often `/metrics` did not answer. */
  unanswered = 0;
  readonly #start: () => Promise<OperatorProcess>;
  #process: OperatorProcess | undefined;
  #stopping = false;

  private constructor(name: string, start: () => Promise<OperatorProcess>) {
    this.name = name;
    this.#start = start;
  }

  /** Starts it, and resolves when it is ready. */
  static async start(name: string, start: () => Promise<OperatorProcess>): Promise<SupervisedReplica> {
    const replica = new SupervisedReplica(name, start);
    await replica.#run();
    return replica;
  }

  /** Takes a sample of what it uses. */
  sample(parents: ReadonlyMap<number, number>): void {
    const pid = this.#process?.child.pid;
    const usage = pid === undefined ? undefined : readUsage(pid, parents);
    if (usage !== undefined) this.samples.push({ at: performance.now(), ...usage });
  }

  /** Asks it for its metrics. */
  async scrape(): Promise<void> {
    const starting = this.#process?.log.find(({ msg }) => msg === 'starting');
    if (starting === undefined) return;
    try {
      const url = `http://${String(starting['metricsAddr'])}/metrics`;
      const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
      const metrics = readMetrics(await response.text());
      const read = (name: string): number => metrics.value(name) ?? 0;
      const queue = { name: 'fluxblueprint', controller: 'fluxblueprint' };
      this.scrapes.push({
        at: performance.now(),
        lagMs: read('nodejs_eventloop_lag_max_seconds') * 1000,
        heapMib: read('nodejs_heap_size_used_bytes') / 2 ** 20,
        queued: metrics.value('workqueue_depth', queue) ?? 0,
      });
    } catch {
      this.unanswered++;
    }
  }

  /** Ends it for good. Answers its exit code. */
  async stop(): Promise<number | null | undefined> {
    this.#stopping = true;
    return this.#process?.stop();
  }

  async #run(): Promise<void> {
    const process = await this.#start();
    this.#process = process;
    process.child.once('close', (code, signal) => {
      this.#process = undefined;
      if (!this.#stopping) void this.#restart(signal ?? `exit code ${code ?? 0}`, process);
    });
  }

  async #restart(how: string, { log }: OperatorProcess): Promise<void> {
    const lines = log.slice(-LAST_LINES).map(({ msg }) => msg.slice(0, 200));
    this.ends.push(`${this.name} ended by ${how}: ${lines.join(' | ')}`);
    await sleep(RESTART_MS);
    if (this.#stopping) return;
    // One that cannot even start counts once more, and is tried again.
    await this.#run().catch(async (error: unknown) => {
      this.ends.push(`${this.name} did not start: ${String(error).slice(0, 300)}`);
      await sleep(RESTART_MS);
      if (!this.#stopping) await this.#run();
    });
  }
}
