import type { Clock, Timer } from '../ports/clock.ts';
import type { QueueMetrics } from '../ports/metrics.ts';
import { Priority, type WorkQueue } from '../ports/work-queue.ts';
import { DelayHeap } from './delay-heap.ts';
import { FairLane, type LaneEntry } from './fair-lane.ts';
import { Fifo } from './fifo.ts';

/** Options of a {@link FairWorkQueue}. */
export interface WorkQueueOptions {
  clock: Clock;
  /** Answers a number in [0, 1), for the jitter of the backoff. */
  random: () => number;
  /** The backoff of a first failure, in milliseconds; each further one doubles it. Default: 750. */
  baseDelayMs?: number;
  /** The longest backoff, in milliseconds. Default: 900,000, a quarter of an hour. */
  maxDelayMs?: number;
  metrics?: QueueMetrics | undefined;
}

/** When a key is wanted, and how much. */
interface Wish {
  /** Monotonic time in milliseconds. */
  dueMs: number;
  priority: Priority;
}

/** A key that the queue knows. It is in exactly one place: in the heap, in a lane, or with a worker. */
interface Item extends Wish {
  readonly key: string;
  readonly tenant: string;
  heapIndex: number;
  /** Where it waits in a lane. */
  entry: LaneEntry | undefined;
  working: boolean;
  /** What was wished for while a worker had it. */
  again: Wish | undefined;
}

/**
 * The {@link WorkQueue} of a controller. Keys are `namespace/name`: within a priority they are handed out
 * round-robin by namespace, so that a tenant with many keys does not hold up the others. One timer serves all delayed
 * keys. A key that is added for now while it waits for later comes now, and once: its reconcile decides when it is
 * looked at next.
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
  #shutDown = false;

  constructor({ clock, random, baseDelayMs = 750, maxDelayMs = 900_000, metrics }: WorkQueueOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#baseDelayMs = baseDelayMs;
    this.#maxDelayMs = maxDelayMs;
    this.#metrics = metrics;
  }

  get depth(): number {
    return this.#depth;
  }

  add(key: string, priority: Priority): void {
    this.addAfter(key, 0, priority);
  }

  addAfter(key: string, ms: number, priority: Priority): void {
    if (this.#shutDown) return;
    const wish = { dueMs: this.#clock.monotonic() + ms, priority };
    const item = this.#items.get(key);
    if (item === undefined) {
      const tenant = key.slice(0, Math.max(0, key.indexOf('/')));
      const added = {
        ...wish,
        key,
        tenant,
        heapIndex: -1,
        entry: undefined,
        working: false,
        again: undefined,
      };
      this.#items.set(key, added);
      this.#place(added);
    } else if (item.working) {
      item.again = item.again === undefined ? wish : merge(item.again, wish);
    } else {
      this.#hasten(item, wish);
    }
    this.#handOut();
  }

  addRateLimited(key: string, atMostMs = this.#maxDelayMs): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const longest = Math.min(this.#maxDelayMs, atMostMs, this.#baseDelayMs * 2 ** failures);
    // Keys that failed together, say because a server was away, should not all come back together.
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
    const { again } = item;
    if (again === undefined || this.#shutDown) {
      this.#items.delete(key);
      return;
    }
    Object.assign(item, { ...again, again: undefined, working: false });
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

  /** Moves a waiting item forward, if the wish is for earlier or for more. */
  #hasten(item: Item, wish: Wish): void {
    const { dueMs, priority } = merge(item, wish);
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

  /** A timer may run a little early: what is not due yet is waited for again. */
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

function merge(a: Wish, b: Wish): Wish {
  return { dueMs: Math.min(a.dueMs, b.dueMs), priority: a.priority < b.priority ? a.priority : b.priority };
}
