import { Fifo } from './fifo.ts';

/** A place in a lane. An entry without a key was withdrawn, and is skipped. */
export interface LaneEntry {
  readonly tenant: string;
  key: string | undefined;
}

/**
 * The keys of one priority that wait for a worker. They are handed out round-robin over the tenants, and in order for
 * each tenant, so that a tenant with a thousand keys delays the only key of another by one. Every operation takes
 * constant time, amortised.
 */
export class FairLane {
  readonly #tenants = new Map<string, Fifo<LaneEntry>>();
  /** The tenants that have entries, in the order of their turns. */
  readonly #turns = new Fifo<string>();

  /** Adds a key after the tenant's other keys. To withdraw it, set the `key` of the answered entry to undefined. */
  push(tenant: string, key: string): LaneEntry {
    const entry = { tenant, key };
    const waiting = this.#tenants.get(tenant);
    if (waiting !== undefined) {
      waiting.push(entry);
    } else {
      const first = new Fifo<LaneEntry>();
      first.push(entry);
      this.#tenants.set(tenant, first);
      this.#turns.push(tenant);
    }
    return entry;
  }

  /** Takes the next key; undefined when none waits. */
  shift(): string | undefined {
    for (let tenant = this.#turns.shift(); tenant !== undefined; tenant = this.#turns.shift()) {
      const key = this.#shiftOf(tenant);
      if (key !== undefined) return key;
    }
    return undefined;
  }

  #shiftOf(tenant: string): string | undefined {
    const waiting = this.#tenants.get(tenant);
    let key: string | undefined;
    while (key === undefined && waiting !== undefined && waiting.length > 0) key = waiting.shift()?.key;
    if (waiting === undefined || waiting.length === 0) this.#tenants.delete(tenant);
    else this.#turns.push(tenant);
    return key;
  }
}
