/**
 * The engine that runs reconciles: a work queue of keys, and the workers that take them.
 *
 * Nothing here knows blueprints, or Kubernetes beyond the reasons of a failed request. This room uses ports only, and
 * takes its time and chance from outside. Begin here, with the {@link Controller}; then read `work-queue.ts`, and below
 * it the three structures that it is made of.
 */
import type { Clock } from '../ports/clock.ts';
import { type ClusterErrorReason, isReason } from '../ports/cluster.ts';
import type { LogFields, Logger } from '../ports/logger.ts';
import type { Outcome } from '../ports/outcome.ts';
import { Priority, type WorkQueue } from '../ports/work-queue.ts';

/** How long an aborted reconcile gets to end, in milliseconds. */
const abortGraceMs = 1000;

/**
 * The longest backoff after a transient failure, in milliseconds. A failure that a person has to repair may wait for a
 * quarter of an hour, but once an API server is back after an hour, nothing should wait that long.
 */
const maxTransientMs = 60_000;

/** Failures that end by themselves: of the network, or of a busy API server. */
const transientReasons: readonly ClusterErrorReason[] = [
  'Conflict',
  'Expired',
  'TooManyRequests',
  'ServerError',
  'Unreachable',
  'Timeout',
];

/** Options of a {@link Controller}. */
export interface ControllerOptions {
  /** The name in logs. */
  name: string;
  queue: WorkQueue;
  /** How many keys are reconciled at the same time. */
  workers: number;
  /** Brings the cluster to the desired state of one key. An exception counts as a failed reconcile. */
  reconcile: (key: string, signal: AbortSignal) => Promise<Outcome>;
  logger: Logger;
  clock: Clock;
  /** How long `stop` waits for reconciles before it aborts them, in milliseconds. Default: 20,000. */
  graceMs?: number;
  /** Called after each reconcile with its duration in milliseconds, for metrics. An exception is logged. */
  onReconciled?: ((key: string, outcome: Outcome, ms: number) => void) | undefined;
  /** The log fields that name a key. Default: `key`. */
  describe?: (key: string) => LogFields;
}

/**
 * Takes keys from a {@link WorkQueue} and reconciles them. Two workers never have the same key, and no outcome or
 * exception ends a worker.
 */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #logger: Logger;
  /** The keys that are being reconciled, and since when, in monotonic milliseconds. */
  readonly #underWay = new Map<string, { since: number; abort: AbortController }>();
  /** The work that continues after its reconcile has ended. */
  readonly #trailing = new Set<{ key: string; over: Promise<void>; abort: AbortController }>();
  /** The error of each key whose last reconcile failed. */
  readonly #failing = new Map<string, string>();
  #workers: Promise<void>[] = [];

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#logger = options.logger.with({ controller: options.name });
  }

  /** How many keys are being reconciled now. */
  get active(): number {
    return this.#underWay.size;
  }

  /** How long the oldest reconcile has been running, in milliseconds; 0 when none runs. */
  get longestMs(): number {
    const [oldest] = this.#underWay.values();
    return oldest === undefined ? 0 : this.#options.clock.monotonic() - oldest.since;
  }

  /** Starts the workers. Call it once. */
  start(): void {
    this.#workers = Array.from({ length: this.#options.workers }, () => this.#work());
  }

  /**
   * Shuts the queue down, and waits for running reconciles and their trailing work. Whatever has not ended after
   * `graceMs` milliseconds is aborted. Resolves at most a second after that, and logs the keys that still run.
   */
  async stop(graceMs = this.#options.graceMs ?? 20_000): Promise<void> {
    this.#options.queue.shutDown();
    const over = Promise.all(this.#workers)
      .then(() => Promise.all([...this.#trailing].map(({ over }) => over)))
      .then(() => true);
    if (await this.#within(graceMs, over)) return;
    const keys = [...this.#underWay.keys()];
    this.#logger.warn('aborting the reconciles that are still under way', { keys });
    for (const { abort } of [...this.#underWay.values(), ...this.#trailing]) abort.abort();
    if (await this.#within(abortGraceMs, over)) return;
    this.#logger.error('reconciles did not heed their abort', { keys: [...this.#underWay.keys()] });
  }

  /** Aborts the reconcile of a key and its trailing work: the key belongs to another operator now. */
  abandon(key: string): void {
    this.#underWay.get(key)?.abort.abort();
    for (const trailing of this.#trailing) if (trailing.key === key) trailing.abort.abort();
  }

  async #work(): Promise<void> {
    const { queue } = this.#options;
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      const abort = new AbortController();
      this.#underWay.set(key, { since: this.#options.clock.monotonic(), abort });
      const outcome = await this.#reconcile(key, abort.signal);
      this.#underWay.delete(key);
      if (abort.signal.aborted) queue.forget(key);
      else this.#requeue(key, outcome, abort);
      queue.done(key);
    }
  }

  async #reconcile(key: string, signal: AbortSignal): Promise<Outcome> {
    const { clock, reconcile } = this.#options;
    const started = clock.monotonic();
    let outcome: Outcome;
    try {
      outcome = await reconcile(key, signal);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      const fields = { error: error.message, stack: error.stack };
      this.#logger.error('the reconcile threw', { ...this.#describe(key), ...fields });
      outcome = { kind: 'failed', error };
    }
    this.#report(key, outcome, clock.monotonic() - started);
    return outcome;
  }

  #report(key: string, outcome: Outcome, ms: number): void {
    try {
      this.#options.onReconciled?.(key, outcome, ms);
    } catch (thrown) {
      this.#logger.error('a hook threw', { ...this.#describe(key), error: String(thrown) });
    }
  }

  #requeue(key: string, outcome: Outcome, abort: AbortController): void {
    const { queue } = this.#options;
    switch (outcome.kind) {
      case 'failed':
        this.#retry(key, outcome.error);
        break;
      case 'done':
      case 'waiting':
        if (outcome.trailing === undefined) this.#noteEnd(key);
        else this.#follow(key, outcome.trailing, abort);
        if (outcome.requeueAfterMs !== undefined)
          queue.addAfter(key, outcome.requeueAfterMs, Priority.Resync);
        if (outcome.kind === 'waiting') this.#await(key, outcome.until);
        break;
      case 'stalled':
        this.#noteEnd(key);
    }
  }

  #await(key: string, until: Promise<unknown> | undefined): void {
    void until?.then(() => {
      this.#options.queue.add(key, Priority.Event);
    });
  }

  #retry(key: string, error: Error): void {
    const atMostMs = isReason(error, ...transientReasons) ? maxTransientMs : undefined;
    this.#logFailure(key, error.message, Math.round(this.#options.queue.addRateLimited(key, atMostMs)));
  }

  /**
   * Counts a reconcile as ended only when its trailing work has ended too. Otherwise trailing work that keeps failing
   * would be retried without backoff.
   */
  #follow(key: string, trailing: Promise<void>, abort: AbortController): void {
    const started = this.#options.clock.monotonic();
    const over = trailing.then(
      () => {
        this.#noteEnd(key);
      },
      (thrown: unknown) => {
        if (abort.signal.aborted) return;
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        this.#report(key, { kind: 'failed', error }, this.#options.clock.monotonic() - started);
        this.#retry(key, error);
      },
    );
    const entry = { key, over, abort };
    this.#trailing.add(entry);
    void over.finally(() => this.#trailing.delete(entry));
  }

  /** Warns of a failure once, not with each retry. */
  #logFailure(key: string, error: string, retryInMs: number): void {
    const fields = { ...this.#describe(key), error, retryInMs };
    if (this.#failing.get(key) === error) this.#logger.debug('the reconcile still fails', fields);
    else this.#logger.warn('the reconcile failed', fields);
    this.#failing.set(key, error);
  }

  #noteEnd(key: string): void {
    this.#options.queue.forget(key);
    if (this.#failing.delete(key)) this.#logger.info('the reconcile no longer fails', this.#describe(key));
  }

  #describe(key: string): LogFields {
    return this.#options.describe?.(key) ?? { key };
  }

  /** Whether `pending` resolves within `ms` milliseconds. */
  #within(ms: number, pending: Promise<boolean>): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const timer = this.#options.clock.after(ms, () => {
        resolve(false);
      });
      pending.then(resolve, reject).finally(() => {
        timer.cancel();
      });
    });
  }
}
