import type { Clock, Timer } from '../ports/clock.ts';
import type { QueueMetrics } from '../ports/metrics.ts';
import { Priority, type WorkQueue } from '../ports/work-queue.ts';
import { DelayHeap } from './delay-heap.ts';
import { FairLane, type LaneEntry } from './fair-lane.ts';
import { Fifo } from './fifo.ts';

/** Options of a {@link FairWorkQueue}. */
export interface WorkQueueOptions {
  clock: Clock;
  /** Returns a number in [0, 1), for the jitter of the backoff. */
  random: () => number;
  /** The backoff after the first failure, in milliseconds. Each further failure doubles it. Default: 750. */
  baseDelayMs?: number;
  /** The longest backoff, in milliseconds. Default: 900,000, a quarter of an hour. */
  maxDelayMs?: number;
  metrics?: QueueMetrics | undefined;
  /**
   * Whether keys are dropped until {@link WorkQueue.open} is called. A process that only stands by hands none out, and
   * would keep every key that ever was. Default: false.
   */
  closed?: boolean;
}

/** When to hand out a key, and before which others. */
interface Schedule {
  /** Monotonic time, in milliseconds. */
  dueMs: number;
  priority: Priority;
}

/** A key in the queue. It is in exactly one place: in the heap, in a lane, or with a worker. */
interface Item extends Schedule {
  readonly key: string;
  readonly tenant: string;
  heapIndex: number;
  /** Its place in a lane, if it is in one. */
  entry: LaneEntry | undefined;
  working: boolean;
  /** The schedule for which it was added while a worker had it. */
  next: Schedule | undefined;
}

/**
 * The {@link WorkQueue} of a controller. Keys are `namespace/name`. Keys of the same priority are handed out
 * round-robin by namespace, so that a tenant with many keys does not hold up the others. One timer serves all delayed
 * keys.
 *
 * A delayed key that is added again for now is handed out now and not a second time: that reconcile decides when the
 * next one follows.
 */
export class FairWorkQueue implements WorkQueue {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #baseDelayMs: number;
  readonly #maxDelayMs: number;
  readonly #metrics: QueueMetrics | undefined;
  readonly #items = new Map<string, Item>();
  readonly #failures = new Map<string, number>();
  readonly #delayed = new DelayHeap<Item>();
  readonly #lanes: Readonly<Record<Priority, FairLane>> = {
    0: new FairLane(),
    1: new FairLane(),
    2: new FairLane(),
  };
  readonly #waiters = new Fifo<(key: string | undefined) => void>();
  #depth = 0;
  #timer: { dueMs: number; timer: Timer } | undefined;
  #closed: boolean;
  #shutDown = false;

  constructor(options: WorkQueueOptions) {
    const { clock, random, baseDelayMs = 750, maxDelayMs = 900_000, metrics, closed = false } = options;
    this.#closed = closed;
    this.#clock = clock;
    this.#random = random;
    this.#baseDelayMs = baseDelayMs;
    this.#maxDelayMs = maxDelayMs;
    this.#metrics = metrics;
  }

  get depth(): number {
    return this.#depth;
  }

  open(): void {
    this.#closed = false;
  }

  add(key: string, priority: Priority): void {
    this.addAfter(key, 0, priority);
  }

  addAfter(key: string, ms: number, priority: Priority): void {
    if (this.#shutDown || this.#closed) return;
    const schedule = { dueMs: this.#clock.monotonic() + ms, priority };
    const item = this.#items.get(key);
    if (item === undefined) {
      const tenant = key.slice(0, Math.max(0, key.indexOf('/')));
      const added = {
        ...schedule,
        key,
        tenant,
        heapIndex: -1,
        entry: undefined,
        working: false,
        next: undefined,
      };
      this.#items.set(key, added);
      this.#place(added);
    } else if (item.working) {
      item.next = item.next === undefined ? schedule : merge(item.next, schedule);
    } else {
      this.#reschedule(item, schedule);
    }
    this.#handOut();
  }

  addRateLimited(key: string, atMostMs = this.#maxDelayMs): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const longest = Math.min(this.#maxDelayMs, atMostMs, this.#baseDelayMs * 2 ** failures);
    // Keys that failed together, for example while a server was away, should not be retried together.
    const delay = longest * (1 - 0.2 * this.#random());
    this.#metrics?.retried(key);
    this.addAfter(key, delay, Priority.Resync);
    return delay;
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  take(): Promise<string | undefined> {
    if (this.#shutDown) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.#handOut();
    });
  }

  done(key: string): void {
    const item = this.#items.get(key);
    if (item?.working !== true) return;
    this.#metrics?.done(key);
    const { next } = item;
    if (next === undefined || this.#shutDown) {
      this.#items.delete(key);
      return;
    }
    Object.assign(item, { ...next, next: undefined, working: false });
    this.#place(item);
    this.#handOut();
  }

  shutDown(): void {
    this.#shutDown = true;
    this.#timer?.timer.cancel();
    this.#timer = undefined;
    this.#depth = 0;
    for (let wake = this.#waiters.shift(); wake !== undefined; wake = this.#waiters.shift()) wake(undefined);
  }

  /** Moves a waiting key forward, if the new schedule is earlier or has a higher priority. */
  #reschedule(item: Item, schedule: Schedule): void {
    const { dueMs, priority } = merge(item, schedule);
    const { entry } = item;
    const raised = priority < item.priority;
    if (entry !== undefined) {
      if (!raised) return;
      entry.key = undefined;
      item.entry = undefined;
      this.#depth--;
    } else {
      if (!raised && dueMs === item.dueMs) return;
      this.#delayed.remove(item);
    }
    item.dueMs = dueMs;
    item.priority = priority;
    this.#place(item);
  }

  #place(item: Item): void {
    if (item.dueMs > this.#clock.monotonic()) {
      this.#delayed.push(item);
    } else {
      item.entry = this.#lanes[item.priority].push(item.tenant, item.key);
      this.#depth++;
      this.#metrics?.added(item.key);
    }
    this.#setTimer();
  }

  #handOut(): void {
    while (this.#waiters.length > 0) {
      const key = this.#shift();
      if (key === undefined) return;
      this.#waiters.shift()?.(key);
    }
  }

  #shift(): string | undefined {
    const lanes = this.#lanes;
    const key =
      lanes[Priority.Spec].shift() ?? lanes[Priority.Event].shift() ?? lanes[Priority.Resync].shift();
    const item = key === undefined ? undefined : this.#items.get(key);
    if (item === undefined) return undefined;
    item.entry = undefined;
    item.working = true;
    this.#depth--;
    this.#metrics?.taken(item.key);
    return item.key;
  }

  #setTimer(): void {
    const dueMs = this.#delayed.first?.dueMs;
    if (dueMs === this.#timer?.dueMs) return;
    this.#timer?.timer.cancel();
    this.#timer = undefined;
    if (dueMs === undefined) return;
    const timer = this.#clock.after(Math.max(0, dueMs - this.#clock.monotonic()), () => {
      this.#timer = undefined;
      this.#releaseDue();
    });
    this.#timer = { dueMs, timer };
  }

  /**
   * Moves the keys that are due into their lanes. A timer may fire a little early, so it is set again for the others.
   */
  #releaseDue(): void {
    const now = this.#clock.monotonic();
    for (
      let item = this.#delayed.first;
      item !== undefined && item.dueMs <= now;
      item = this.#delayed.first
    ) {
      this.#delayed.remove(item);
      this.#place(item);
    }
    this.#setTimer();
    this.#handOut();
  }
}

/** The earlier time and the higher priority of two schedules. */
function merge(a: Schedule, b: Schedule): Schedule {
  return { dueMs: Math.min(a.dueMs, b.dueMs), priority: a.priority < b.priority ? a.priority : b.priority };
}
