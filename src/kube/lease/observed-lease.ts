import type { Clock } from '../../ports/clock.ts';
import type { Lease, LeaseSpec } from './record.ts';

/** What an {@link ObservedLease} needs. */
export interface ObservedLeaseOptions {
  clock: Clock;
  /** The identity of this process: a Lease that it holds is free for it. */
  identity: string;
  /** How long a Lease lasts that does not say so, in milliseconds. */
  leaseDurationMs: number;
  /** Called when somebody else is seen to hold the Lease, once for each holder. */
  onHolder: (holder: string) => void;
}

/**
 * What was seen of a Lease, and when it expires by our own monotonic clock. A Lease lasts for its own duration from the
 * moment at which its last change was seen, which is never before that change was made.
 */
export class ObservedLease {
  readonly #options: ObservedLeaseOptions;
  #version: string | undefined;
  #holder = '';
  #expiresMs = Infinity;

  constructor(options: ObservedLeaseOptions) {
    this.#options = options;
  }

  /** The time from which on nobody else can lead, in monotonic milliseconds. It may be in the past. */
  get expiresMs(): number {
    return this.#expiresMs;
  }

  /** Takes in a Lease that was just read; undefined when there is none. */
  observe(lease: Lease | undefined): void {
    // The holder of a deleted Lease may not have noticed yet, so what was seen before still counts.
    const version = lease === undefined ? (this.#version ?? '') : versionOf(lease);
    if (this.#version === version) return;
    this.#version = version;
    this.#restart(lease?.spec);
  }

  #restart({ holderIdentity: holder = '', leaseDurationSeconds }: LeaseSpec = {}): void {
    const { clock, identity, leaseDurationMs, onHolder } = this.#options;
    const isFree = holder === '' || holder === identity;
    if (!isFree && holder !== this.#holder) onHolder(holder);
    this.#holder = holder;
    const lastsMs = leaseDurationSeconds === undefined ? leaseDurationMs : leaseDurationSeconds * 1000;
    this.#expiresMs = clock.monotonic() + (isFree ? 0 : lastsMs);
  }
}

function versionOf({ metadata: { uid = '', resourceVersion = '' } }: Lease): string {
  return `${uid}/${resourceVersion}`;
}
