import type { Clock } from '../../ports/clock.ts';
import type { Lease, LeaseSpec } from './record.ts';

/** What a {@link LeaseClaim} needs. */
export interface LeaseClaimOptions {
  clock: Clock;
  /** Whose Lease is none of another. */
  identity: string;
  /** What a Lease that does not say how long it lasts is taken to last, in milliseconds. */
  leaseDurationMs: number;
  /** Told when another holder than before is seen. */
  onHolder: (holder: string) => void;
}

/**
 * The claim of others on a Lease, as far as it was seen, and when it ends by the own monotonic clock. A claim lasts as
 * long as it says from the moment at which its last change was seen, which is never before that change was made.
 */
export class LeaseClaim {
  readonly #options: LeaseClaimOptions;
  #version: string | undefined;
  #holder = '';
  #endsMs = Infinity;

  constructor(options: LeaseClaimOptions) {
    this.#options = options;
  }

  /** From when on nobody else can lead, in monotonic milliseconds; it may lie in the past. */
  get endsMs(): number {
    return this.#endsMs;
  }

  /** Takes in the Lease as it was just read; undefined where there is none. */
  note(lease: Lease | undefined): void {
    // Whoever holds a Lease that is deleted has not heard of that yet: what was seen before stays.
    const version = lease === undefined ? (this.#version ?? '') : versionOf(lease);
    if (this.#version === version) return;
    this.#version = version;
    this.#begin(lease?.spec);
  }

  #begin({ holderIdentity: holder = '', leaseDurationSeconds }: LeaseSpec = {}): void {
    const { clock, identity, leaseDurationMs, onHolder } = this.#options;
    const isFree = holder === '' || holder === identity;
    if (!isFree && holder !== this.#holder) onHolder(holder);
    this.#holder = holder;
    const lastsMs = leaseDurationSeconds === undefined ? leaseDurationMs : leaseDurationSeconds * 1000;
    this.#endsMs = clock.monotonic() + (isFree ? 0 : lastsMs);
  }
}

function versionOf({ metadata: { uid = '', resourceVersion = '' } }: Lease): string {
  return `${uid}/${resourceVersion}`;
}
