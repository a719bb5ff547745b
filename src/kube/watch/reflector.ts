import type { Clock } from '../../ports/clock.ts';
import { ClusterError } from '../../ports/cluster.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Change, ObjectStore, Reflector, ReflectorFactory, WatchTarget } from '../../ports/reflector.ts';
import { raceAbort } from '../http/abort.ts';
import { isReason } from '../../ports/cluster.ts';
import { ListWatch, type WatchEvent } from './list-watch.ts';
import { RetryDelay } from './backoff.ts';
import { keyOf, WatchedStore } from './store.ts';
import type { Transport } from '../http/transport.ts';

/** client-go's `minWatchTimeout`: the server ends a watch after once to twice this, so that not all end together. */
const minWatchSeconds = 300;

/** client-go's measure of a watch that ended at once: without it a server that refuses so is asked without a pause. */
const shortWatchMs = 1000;

/**
 * The longest pause while there is no answer at all, in milliseconds: an attempt that nobody answers costs nobody
 * anything, and an API server that restarts is away for seconds.
 */
const maxUnansweredMs = 5000;

/** Options of an {@link ApiReflector}. */
export interface ReflectorOptions {
  transport: Transport;
  clock: Clock;
  /** Answers a number in [0, 1), for jitter. */
  random: () => number;
  logger: Logger;
  /** Objects per page of a list. Default: 500, as in client-go. */
  pageSize?: number;
  /**
   * How long a watch may say nothing before it is taken for dead, in milliseconds. Default: 300,000. The API server
   * sends a bookmark about every minute, so a live watch never gets there; where there are none, it only resumes.
   */
  idleTimeoutMs?: number;
  /** The first pause before a retry, in milliseconds; each further one doubles it. Default: 800, as in client-go. */
  baseDelayMs?: number;
  /** The longest pause before a retry, in milliseconds; 5000 while nobody answers. Default: 30,000. */
  maxDelayMs?: number;
}

/** Makes reflectors that share a transport. */
export function createReflectorFactory(options: ReflectorOptions): ReflectorFactory {
  return (target) => new ApiReflector(target, options);
}

/**
 * Lists and watches one resource type, as client-go's reflector does, for ever.
 *
 * It always lists consistently (no resource version) and in pages. client-go begins with `resourceVersion=0`, which
 * spares etcd when a thousand kubelets restart, but may show a state from before the last one seen and ignores the
 * page limit. An operator that reads its own inventory must not go back in time, it has a dozen lists rather than
 * thousands, and since Kubernetes 1.31 consistent lists come from the API server's cache too.
 *
 * A watch that ends is resumed where it was; only an expired version (410), an event too large to hold or a type that
 * is gone means a new list. That is compared with the store: nothing is told twice, and what was deleted meanwhile is told as Deleted. A
 * type that is not served (any more) keeps its store and is asked again with backoff; whoever knows of its CRD stops
 * the reflector.
 */
export class ApiReflector implements Reflector {
  readonly target: WatchTarget;
  readonly #options: ReflectorOptions;
  readonly #listWatch: ListWatch;
  readonly #store: WatchedStore;
  readonly #logger: Logger;
  readonly #abort = new AbortController();
  readonly #firstList = Promise.withResolvers<undefined>();
  readonly #retryDelay: RetryDelay;
  /** Those who wait for a list that has not begun yet. */
  #refreshes: PromiseWithResolvers<undefined>[] = [];
  /** Ends the watch for a new list. */
  #interruption = new AbortController();
  #onChange: (change: Change) => void = () => undefined;
  #run: Promise<void> | undefined;
  #synced = false;
  #pageSize: number;
  /** Where the watch is; undefined when a new list is due. */
  #resourceVersion: string | undefined;
  /** Why it fails, since the last progress. */
  #failing: string | undefined;
  /** Whether the last failure was that nobody answered. */
  #unanswered = false;

  constructor(target: WatchTarget, options: ReflectorOptions) {
    const { transport, random, logger, pageSize = 500, baseDelayMs = 800, maxDelayMs = 30_000 } = options;
    this.target = target;
    this.#store = new WatchedStore(target.keepManagers);
    this.#options = options;
    this.#listWatch = new ListWatch(transport, target);
    this.#logger = logger.with({ kind: target.type.kind, group: target.type.group });
    this.#retryDelay = new RetryDelay(baseDelayMs, maxDelayMs, random);
    this.#pageSize = pageSize;
    // Who never waits for the first list need not hear that it never came.
    this.#firstList.promise.catch(() => undefined);
  }

  get store(): ObjectStore {
    return this.#store;
  }

  get synced(): boolean {
    return this.#synced;
  }

  start(onChange: (change: Change) => void): void {
    if (this.#run !== undefined) throw new Error('the reflector was started before');
    this.#onChange = onChange;
    this.#run = this.#reflect(this.#abort.signal);
  }

  /** Rejects with reason Aborted when the reflector is stopped before its first list is complete. */
  async waitForSync(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    try {
      await raceAbort(this.#firstList.promise, signal);
    } catch (failure) {
      signal?.throwIfAborted();
      throw failure;
    }
  }

  async refresh(signal?: AbortSignal): Promise<void> {
    const refresh = Promise.withResolvers<undefined>();
    refresh.promise.catch(() => undefined);
    this.#refreshes.push(refresh);
    this.#interruption.abort();
    if (this.#isStopped()) this.#giveUpRefreshes();
    try {
      await raceAbort(refresh.promise, signal);
    } catch (failure) {
      signal?.throwIfAborted();
      throw failure;
    }
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    this.#firstList.reject(new ClusterError('Aborted', 'the reflector was stopped before its first list'));
    this.#giveUpRefreshes();
    await this.#run;
  }

  #giveUpRefreshes(): void {
    const stopped = new ClusterError('Aborted', 'the reflector was stopped before it listed anew');
    for (const refresh of this.#refreshes.splice(0)) refresh.reject(stopped);
  }

  async #reflect(signal: AbortSignal): Promise<void> {
    while (!this.#isStopped()) {
      try {
        if (this.#refreshes.length > 0) await this.#listForRefreshes(signal);
        this.#resourceVersion ??= await this.#list(signal);
        const interruptible = AbortSignal.any([signal, this.#interruption.signal]);
        this.#resourceVersion = await this.#watch(this.#resourceVersion, interruptible);
      } catch (failure) {
        const interrupted = isReason(failure, 'Aborted') && this.#interruption.signal.aborted;
        if (!this.#isStopped() && !interrupted) await this.#recover(failure, signal);
      }
    }
  }

  async #listForRefreshes(signal: AbortSignal): Promise<void> {
    this.#interruption = new AbortController();
    const refreshes = this.#refreshes.splice(0);
    try {
      this.#resourceVersion = await this.#list(signal);
    } catch (failure) {
      this.#refreshes.push(...refreshes);
      if (this.#isStopped()) this.#giveUpRefreshes();
      throw failure;
    }
    for (const refresh of refreshes) refresh.resolve(undefined);
  }

  /** Brings the store to the state of the cluster. Answers the resource version from which to watch. */
  async #list(signal: AbortSignal): Promise<string> {
    let resourceVersion: string;
    try {
      resourceVersion = await this.#readList(this.#pageSize, signal);
    } catch (failure) {
      if (!isReason(failure, 'Expired')) throw failure;
      // The pages took longer than their version lives; all at once cannot. client-go's pager does the same.
      resourceVersion = await this.#readList(undefined, signal);
    }
    this.#synced = true;
    this.#firstList.resolve(undefined);
    this.#logger.debug('listed', { objects: this.#store.size, resourceVersion });
    return resourceVersion;
  }

  async #readList(limit: number | undefined, signal: AbortSignal): Promise<string> {
    const listed = new Set<string>();
    let resourceVersion = '';
    for await (const page of this.#listWatch.pages(limit, signal)) {
      resourceVersion = page.resourceVersion;
      for (const object of page.objects) {
        listed.add(keyOf(object));
        this.#tell(this.#store.put(object));
      }
    }
    for (const change of this.#store.removeUnlisted(listed)) this.#tell([change]);
    this.#store.advance(resourceVersion);
    this.#store.dropOvertaken();
    return resourceVersion;
  }

  /** Follows one watch to its end. Answers where to resume; when it fails, that is in `#resourceVersion`. */
  async #watch(from: string, signal: AbortSignal): Promise<string> {
    const { clock, random, idleTimeoutMs = 300_000 } = this.#options;
    const timeoutSeconds = minWatchSeconds + Math.floor(random() * minWatchSeconds);
    const started = clock.monotonic();
    let resourceVersion = from;
    for await (const event of this.#listWatch.events(from, timeoutSeconds, idleTimeoutMs, signal)) {
      resourceVersion = event.object.metadata.resourceVersion ?? resourceVersion;
      this.#follow(event);
      this.#store.advance(resourceVersion);
      if (event.type === 'BOOKMARK') this.#store.dropOvertaken();
      this.#resourceVersion = resourceVersion;
      this.#noteProgress();
    }
    if (resourceVersion === from && clock.monotonic() - started < shortWatchMs) {
      throw new ClusterError('Unreachable', 'the watch ended as soon as it had begun');
    }
    this.#noteProgress();
    return resourceVersion;
  }

  #follow({ type, object }: WatchEvent): void {
    if (type === 'DELETED') this.#tell(this.#store.remove(object));
    else if (type !== 'BOOKMARK') this.#tell(this.#store.put(object));
  }

  #tell(changes: Change[]): void {
    for (const change of changes) {
      if (this.#isStopped()) return;
      try {
        this.#onChange(change);
      } catch (thrown) {
        const stack = thrown instanceof Error ? thrown.stack : undefined;
        this.#logger.error('a change was told in vain', {
          change: change.type,
          error: String(thrown),
          stack,
        });
      }
    }
  }

  async #recover(failure: unknown, signal: AbortSignal): Promise<void> {
    const resumable =
      failure instanceof ClusterError && !isReason(failure, 'Expired', 'TooLarge', 'NoKindMatch');
    if (!resumable) this.#resourceVersion = undefined;
    if (isReason(failure, 'TooLarge')) this.#pageSize = Math.max(1, this.#pageSize >> 1);
    const delayMs = this.#nextDelay(failure);
    this.#logFailure(failure, delayMs);
    await this.#pause(delayMs, AbortSignal.any([signal, this.#interruption.signal]));
  }

  #nextDelay(failure: unknown): number {
    const unanswered = failure instanceof ClusterError && failure.status === undefined;
    // Who answers again, be it that the version is too old for a server that has just started, is there again.
    if (this.#unanswered && !unanswered) this.#retryDelay.reset();
    this.#unanswered = unanswered;
    const retryAfterMs = failure instanceof ClusterError ? failure.retryAfterMs : undefined;
    return this.#retryDelay.next(retryAfterMs, unanswered ? maxUnansweredMs : undefined);
  }

  /** Says it once, not with every retry. */
  #logFailure(failure: unknown, delayMs: number): void {
    const reason = failure instanceof ClusterError ? failure.reason : 'Bug';
    const fields = { reason, error: String(failure), retryInMs: Math.round(delayMs) };
    if (this.#failing === reason) this.#logger.debug('watching still fails', fields);
    else if (failure instanceof ClusterError) this.#logger.warn('watching failed and is retried', fields);
    else this.#logger.error('watching failed and is retried', { ...fields, stack: (failure as Error).stack });
    this.#failing = reason;
  }

  #noteProgress(): void {
    this.#retryDelay.reset();
    this.#unanswered = false;
    if (this.#failing !== undefined) this.#logger.info('watching again', { after: this.#failing });
    this.#failing = undefined;
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    const over = Promise.withResolvers<undefined>();
    const timer = this.#options.clock.after(ms, () => {
      over.resolve(undefined);
    });
    await raceAbort(over.promise, signal).catch(() => undefined);
    timer.cancel();
  }

  #isStopped(): boolean {
    return this.#abort.signal.aborted;
  }
}
