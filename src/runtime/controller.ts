import type { Clock } from '../ports/clock.ts';
import { ClusterError, type ClusterErrorReason } from '../ports/cluster.ts';
import type { LogFields, Logger } from '../ports/logger.ts';
import type { Outcome } from '../ports/outcome.ts';
import { Priority, type WorkQueue } from '../ports/work-queue.ts';

/** How long an aborted reconcile gets to notice it, in milliseconds. */
const abortGraceMs = 1000;

/**
 * The longest backoff after a failure that passes by itself, in milliseconds. What waits for a person may wait for a
 * quarter of an hour; an API server that is back after an hour must not be kept waiting so long.
 */
const maxPassingMs = 60_000;

/** Failures of the way to the API server, or of the moment. */
const passing: ReadonlySet<ClusterErrorReason> = new Set([
  'Conflict',
  'Expired',
  'TooManyRequests',
  'ServerError',
  'Unreachable',
  'Timeout',
]);

function isPassing(error: Error): boolean {
  return error instanceof ClusterError && passing.has(error.reason);
}

/** Options of a {@link Controller}. */
export interface ControllerOptions {
  /** Names it in logs. */
  name: string;
  queue: WorkQueue;
  /** How many keys are reconciled at a time. */
  workers: number;
  /** Brings the cluster to what is wanted under one key. What it throws counts as failed. */
  reconcile: (key: string, signal: AbortSignal) => Promise<Outcome>;
  logger: Logger;
  clock: Clock;
  /** How long `stop` lets reconciles end by themselves, in milliseconds. Default: 20,000. */
  graceMs?: number;
  /** Told after each reconcile, with its duration in milliseconds; for metrics. What it throws is logged. */
  onReconciled?: ((key: string, outcome: Outcome, ms: number) => void) | undefined;
  /** What names a key in logs. Default: `key`. */
  describe?: (key: string) => LogFields;
}

/** Works off a {@link WorkQueue}: never one key in two workers, and no outcome or exception ends a worker. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #logger: Logger;
  /** The keys that are being reconciled, with when that began, in monotonic milliseconds. */
  readonly #underWay = new Map<string, { since: number; abort: AbortController }>();
  /** What of reconciles that are over goes on, with what aborts it. */
  readonly #trailing = new Set<{ key: string; over: Promise<void>; abort: AbortController }>();
  /** Why each key failed last, until it no longer does. */
  readonly #failing = new Map<string, string>();
  #workers: Promise<void>[] = [];

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#logger = options.logger.with({ controller: options.name });
  }

  /** How many keys are being reconciled. */
  get active(): number {
    return this.#underWay.size;
  }

  /** For how long the oldest reconcile under way has been running, in milliseconds; 0 when there is none. */
  get longestMs(): number {
    const [oldest] = this.#underWay.values();
    return oldest === undefined ? 0 : this.#options.clock.monotonic() - oldest.since;
  }

  /** Starts the workers. Call it once. */
  start(): void {
    this.#workers = Array.from({ length: this.#options.workers }, () => this.#work());
  }

  /**
   * Shuts the queue down and waits until the reconciles under way are over, with all that trails them: for `graceMs` by
   * themselves, then they are aborted. Resolves a second later at the latest, and logs the keys that even then go on.
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

  /** Aborts the reconcile of a key, if it is under way or trails: the key is not ours any more. */
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
        break;
      case 'stalled':
        this.#noteEnd(key);
    }
  }

  #retry(key: string, error: Error): void {
    const atMostMs = isPassing(error) ? maxPassingMs : undefined;
    this.#logFailure(key, error.message, Math.round(this.#options.queue.addRateLimited(key, atMostMs)));
  }

  /** Nothing is over, well or badly, before what trails is: else a failure that stays would be retried without backoff. */
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

  /** Says it once, not with every retry. */
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

  /** Whether `pending` is over within `ms`. */
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
