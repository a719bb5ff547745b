import type { Clock, Timer } from '../../src/ports/clock.ts';

interface Pending {
  at: number;
  run: () => void;
}

/** A clock that a test advances by hand. */
export class ManualClock implements Clock {
  /** How many timers were ever started. */
  started = 0;
  #now = 0;
  #pending: Pending[] = [];

  /** How many timers are pending. */
  get timers(): number {
    return this.#pending.length;
  }

  now(): number {
    return Date.UTC(2026, 0, 1) + this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): Timer {
    this.started++;
    const pending = { at: this.#now + ms, run };
    this.#pending.push(pending);
    return {
      cancel: () => {
        this.#pending = this.#pending.filter((each) => each !== pending);
      },
    };
  }

  /** Advances time by `ms` and runs the timers that fall due, in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#earliest(); next !== undefined && next.at <= end; next = this.#earliest()) {
      const due = next;
      this.#pending = this.#pending.filter((each) => each !== due);
      this.#now = Math.max(this.#now, due.at);
      due.run();
    }
    this.#now = end;
  }

  #earliest(): Pending | undefined {
    return this.#pending.toSorted((a, b) => a.at - b.at)[0];
  }
}

/** Runs the pending microtasks, and those that they queue. */
export async function flushMicrotasks(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
