import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Bounds what all tenants write together. Every version of an object stays in etcd until it is compacted, every five
 * minutes, so that without a bound its disk would fill, which would be no fault of the operator.
 */
export class ByteBudget {
  readonly #bytesPerMs: number;
  /** When everything that was taken so far is paid for (`performance.now()`). */
  #paidAt = 0;

  /** @param bytesPerSecond for all tenants together */
  constructor(bytesPerSecond: number) {
    this.#bytesPerMs = bytesPerSecond / 1000;
  }

  /** Waits until so many bytes may be written. */
  async take(bytes: number): Promise<void> {
    const from = Math.max(this.#paidAt, performance.now());
    this.#paidAt = from + bytes / this.#bytesPerMs;
    await sleep(Math.max(0, from - performance.now()));
  }
}
