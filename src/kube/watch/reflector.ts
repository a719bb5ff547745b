/**
 * Local copies of the objects in the cluster, kept up to date by list and watch.
 *
 * This room sends list and watch requests through `kube/http`, and holds what they answer; it never writes. Begin here,
 * with the {@link ApiReflector}, which follows one type forever. `list-watch.ts` makes its requests, `store.ts` is its
 * copy, `backoff.ts` its pauses after a failure.
 */
import { ClusterError, type ClusterErrorReason, isReason } from '../../ports/cluster.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Change, ObjectStore, Reflector, ReflectorFactory, WatchTarget } from '../../ports/reflector.ts';
import { pause } from '../http/pause.ts';
import { ListWatch, type WatchEvent } from './list-watch.ts';
import { Backoff } from './backoff.ts';
import type { ReflectorOptions } from './reflector-options.ts';
import { keyOf, WatchedStore } from './store.ts';
import { waitUnlessAborted } from './wait-unless-aborted.ts';

/** client-go's `minWatchTimeout`: the server ends a watch after one to two times this, so that not all end together. */
const minWatchSeconds = 300;

/**
 * In milliseconds, as in client-go. A watch that ends sooner, without an event, has failed, so that a pause follows.
 */
const shortWatchMs = 1000;

/**
 * The longest pause while there is no answer at all, in milliseconds. An attempt without an answer costs the server
 * nothing, and an API server that restarts is away for seconds.
 */
const maxUnansweredMs = 5000;

/** Returns a factory of reflectors that share a transport. */
export function createReflectorFactory(options: ReflectorOptions): ReflectorFactory {
  return (target) => new ApiReflector(target, options);
}

/**
 * Lists and watches one resource type forever, in the way of client-go's reflector.
 *
 * Its lists are always consistent (they name no resource version) and paged. client-go starts with `resourceVersion=0`.
 * That spares etcd when a thousand kubelets restart, but it may answer with an older state than the last one seen, and
 * it ignores the page limit. An operator that reads its own inventory must not go back in time. It also has a dozen
 * lists rather than thousands, and since Kubernetes 1.31 the API server answers consistent lists from its cache too.
 *
 * A watch that ends is resumed from its last resource version. A new list follows only when that version has expired
 * (410), when an event is too large, or when the type is no longer served. The new list is compared with the store, so
 * that no change is reported twice, and objects that were deleted meanwhile are reported as Deleted. A type that is not
 * served keeps its store, and is listed again with backoff; the owner of the reflector, who watches CRDs, stops it.
 */
export class ApiReflector implements Reflector {
  readonly target: WatchTarget;
  readonly #options: ReflectorOptions;
  readonly #listWatch: ListWatch;
  readonly #store: WatchedStore;
  readonly #logger: Logger;
  readonly #abort = new AbortController();
  readonly #firstList = Promise.withResolvers<undefined>();
  readonly #backoff: Backoff;
  /** The calls of `refresh` that wait for a list which has not begun yet. */
  #refreshes: PromiseWithResolvers<undefined>[] = [];
  /** Ends the watch, because a new list is wanted. */
  #interruption = new AbortController();
  #onChange: (change: Change) => void = () => undefined;
  #run: Promise<void> | undefined;
  #synced = false;
  readonly #pageSize: number;
  /** The resource version to watch from; undefined when a new list is needed. */
  #resourceVersion: string | undefined;
  /** The reason of the last failure; undefined after progress. */
  #failing: ClusterErrorReason | 'Bug' | undefined;
  readonly #stopped = Promise.withResolvers<undefined>();
  /** Whether the last request failed without an answer. */
  #unanswered = false;

  constructor(target: WatchTarget, options: ReflectorOptions) {
    const { transport, random, logger, pageSize = 500, baseDelayMs = 800, maxDelayMs = 30_000 } = options;
    this.target = target;
    this.#store = new WatchedStore(target, options.room);
    this.#options = options;
    this.#listWatch = new ListWatch(transport, target);
    this.#logger = logger.with({ kind: target.type.kind, group: target.type.group });
    this.#backoff = new Backoff(baseDelayMs, maxDelayMs, random);
    this.#pageSize = pageSize;
    // A rejection that no caller of waitForSync awaits must not end the process.
    this.#firstList.promise.catch(() => undefined);
  }

  get store(): ObjectStore {
    return this.#store;
  }

  get synced(): boolean {
    return this.#synced;
  }

  get failure(): ClusterErrorReason | undefined {
    return this.#failing === 'Bug' ? undefined : this.#failing;
  }

  get stopped(): Promise<void> {
    return this.#stopped.promise;
  }

  start(onChange: (change: Change) => void): void {
    if (this.#run !== undefined) throw new Error('the reflector was started before');
    this.#onChange = onChange;
    this.#run = this.#reflect(this.#abort.signal);
  }

  /** Rejects with reason Aborted when the reflector is stopped before its first list is complete. */
  async waitForSync(signal?: AbortSignal): Promise<void> {
    await waitUnlessAborted(this.#firstList.promise, signal);
  }

  async refresh(signal?: AbortSignal): Promise<void> {
    const refresh = Promise.withResolvers<undefined>();
    refresh.promise.catch(() => undefined);
    this.#refreshes.push(refresh);
    this.#interruption.abort();
    if (this.#isStopped()) this.#giveUpRefreshes();
    await waitUnlessAborted(refresh.promise, signal);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    this.#firstList.reject(new ClusterError('Aborted', 'the reflector was stopped before its first list'));
    this.#giveUpRefreshes();
    await this.#run;
    this.#store.clear();
    this.#stopped.resolve(undefined);
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

  /** Brings the store to the state of the cluster, and resolves with the resource version to watch from. */
  async #list(signal: AbortSignal): Promise<string> {
    let resourceVersion: string;
    try {
      resourceVersion = await this.#readList(this.#pageSize, signal);
    } catch (failure) {
      if (!isReason(failure, 'Expired')) throw failure;
      // The pages took longer than the API server keeps their version. One request for all objects cannot expire;
      // client-go's pager does the same.
      resourceVersion = await this.#readList(undefined, signal);
    }
    this.#synced = true;
    this.#firstList.resolve(undefined);
    this.#logger.debug('listed', { objects: this.#store.size, resourceVersion });
    return resourceVersion;
  }

  async #readList(limit: number | undefined, signal: AbortSignal): Promise<string> {
    const listed = new Set<string>();
    const arriving = this.#listWatch.objects(limit, signal);
    let next = await arriving.next();
    for (; next.done !== true; next = await arriving.next()) {
      for (const object of next.value) {
        listed.add(keyOf(object));
        this.#report(this.#store.put(object));
      }
    }
    const resourceVersion = next.value;
    for (const change of this.#store.removeUnlisted(listed)) this.#report([change]);
    this.#store.advance(resourceVersion);
    this.#store.dropOvertaken();
    return resourceVersion;
  }

  /**
   * Follows one watch to its end, and resolves with the version to resume from; after a failure, `#resourceVersion` has
   * it.
   */
  async #watch(from: string, signal: AbortSignal): Promise<string> {
    const { clock, random, idleTimeoutMs = 300_000 } = this.#options;
    const timeoutSeconds = minWatchSeconds + Math.floor(random() * minWatchSeconds);
    const started = clock.monotonic();
    let resourceVersion = from;
    for await (const event of this.#listWatch.events(from, timeoutSeconds, idleTimeoutMs, signal)) {
      resourceVersion = event.object.metadata.resourceVersion ?? resourceVersion;
      this.#takeIn(event);
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

  #takeIn({ type, object }: WatchEvent): void {
    if (type === 'DELETED') this.#report(this.#store.remove(object));
    else if (type !== 'BOOKMARK') this.#report(this.#store.put(object));
  }

  #report(changes: Change[]): void {
    for (const change of changes) {
      if (this.#isStopped()) return;
      try {
        this.#onChange(change);
      } catch (thrown) {
        const stack = thrown instanceof Error ? thrown.stack : undefined;
        const fields = { change: change.type, error: String(thrown), stack };
        this.#logger.error('a listener failed on a change', fields);
      }
    }
  }

  async #recover(failure: unknown, signal: AbortSignal): Promise<void> {
    const resumable =
      failure instanceof ClusterError && !isReason(failure, 'Expired', 'TooLarge', 'NoKindMatch');
    if (!resumable) this.#resourceVersion = undefined;
    const delayMs = this.#nextDelay(failure);
    this.#logFailure(failure, delayMs);
    await pause(this.#options.clock, delayMs, AbortSignal.any([signal, this.#interruption.signal]));
  }

  #nextDelay(failure: unknown): number {
    const unanswered = failure instanceof ClusterError && failure.status === undefined;
    // Any answer means that the server is back, even one that says that the version is too old.
    if (this.#unanswered && !unanswered) this.#backoff.reset();
    this.#unanswered = unanswered;
    const retryAfterMs = failure instanceof ClusterError ? failure.retryAfterMs : undefined;
    return this.#backoff.next(retryAfterMs, unanswered ? maxUnansweredMs : undefined);
  }

  /** Warns of a failure once, not with each retry. */
  #logFailure(failure: unknown, delayMs: number): void {
    const reason = failure instanceof ClusterError ? failure.reason : 'Bug';
    const fields = { reason, error: String(failure), retryInMs: Math.round(delayMs) };
    if (this.#failing === reason) this.#logger.debug('watching still fails', fields);
    else if (failure instanceof ClusterError) this.#logger.warn('watching failed and is retried', fields);
    else this.#logger.error('watching failed and is retried', { ...fields, stack: (failure as Error).stack });
    this.#failing = reason;
  }

  #noteProgress(): void {
    this.#backoff.reset();
    this.#unanswered = false;
    if (this.#failing !== undefined) this.#logger.info('watching again', { after: this.#failing });
    this.#failing = undefined;
  }

  #isStopped(): boolean {
    return this.#abort.signal.aborted;
  }
}
