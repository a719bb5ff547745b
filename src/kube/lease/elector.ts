import type { Clock, Timer } from '../../ports/clock.ts';
import type { LeaderElector } from '../../ports/leader.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Reflector, ReflectorFactory } from '../../ports/reflector.ts';
import { isReason } from '../../ports/cluster.ts';
import { LeaseClaim } from './claim.ts';
import { LEASES, LeaseRecord, type Lease, type LeaseSpec } from './record.ts';
import { toMicroTime } from '../http/micro-time.ts';
import type { Transport } from '../http/transport.ts';

/** Where the Lease is, who asks for it, and the times of client-go's `LeaderElectionConfig`, in milliseconds. */
export interface LeaseTerms {
  namespace: string;
  name: string;
  /** Of this process and no other: a restarted one must not take itself for its predecessor. */
  identity: string;
  /** How long others wait after the last renewal that they saw. At least 1000; the Lease tells it in whole seconds. */
  leaseDurationMs: number;
  /** How long after its last renewal began the leader gives up. Shorter than the lease. */
  renewDeadlineMs: number;
  /** How often is renewed, and tried. Shorter than the deadline. */
  retryPeriodMs: number;
}

/** What a {@link LeaseElector} needs. */
export interface LeaseElectorOptions extends LeaseTerms {
  /** On connections of its own: a renewal must not wait behind other requests. */
  transport: Transport;
  /** Watches the Lease, so that one that is let go is taken at once. */
  reflectors: ReflectorFactory;
  clock: Clock;
  /** Answers a number in [0, 1), for jitter. */
  random: () => number;
  logger: Logger;
}

/**
 * Leader election on a Lease, as client-go's `leaderelection` does it, and a little stricter.
 *
 * Nothing is decided by wall clocks: another's lease has run out when it was not seen to change for as long as it
 * says, by the own monotonic clock; and the own is good for the renew deadline from the moment at which its last
 * renewal was sent. Who takes a lease over cannot have seen that renewal before it was sent, so it waits longer than
 * the holder trusts it, by the difference of the two. Each write is refused when the Lease has changed since it was
 * read.
 *
 * Stricter: leadership is lost at once when the Lease is deleted or somebody else's (client-go tries on until the
 * deadline), at the deadline itself and not a retry later, and a Lease that is deleted under its holder is waited out.
 */
export class LeaseElector implements LeaderElector {
  readonly marginMs: number;
  readonly lost: Promise<string>;
  readonly #options: LeaseElectorOptions;
  readonly #record: LeaseRecord;
  readonly #claim: LeaseClaim;
  readonly #requestMs: number;
  readonly #tellLost: (reason: string) => void;
  #phase: 'candidate' | 'leader' | 'over' = 'candidate';
  #stopping = false;
  /** The Lease as it was read or written last. */
  #lease: Lease | undefined;
  /** When the last successful renewal was sent. */
  #renewedMs = -Infinity;
  #deadline: Timer | undefined;
  #wake: () => void = () => undefined;
  /** Whether the Lease changed while nobody waited for that. */
  #changed = false;
  #candidacy: Promise<unknown> | undefined;
  #renewing: Promise<void> | undefined;
  #failing: string | undefined;

  constructor(options: LeaseElectorOptions) {
    const { transport, leaseDurationMs, renewDeadlineMs } = options;
    this.#options = options;
    this.#record = new LeaseRecord(transport, options);
    this.#claim = new LeaseClaim({
      ...options,
      onHolder: (holder) => {
        this.#log('info', 'somebody else leads', { holder });
      },
    });
    this.marginMs = leaseDurationMs - renewDeadlineMs;
    // Of a request that hangs, a second one can still be tried before the deadline.
    this.#requestMs = renewDeadlineMs / 2;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.lost = promise;
    this.#tellLost = resolve;
  }

  remainingMs(): number {
    if (this.#phase !== 'leader') return 0;
    const remaining = this.#renewedMs + this.#options.renewDeadlineMs - this.#options.clock.monotonic();
    if (remaining > 0) return remaining;
    this.#lose('it was not renewed in time');
    return 0;
  }

  async look(): Promise<void> {
    await this.#read().catch(() => undefined);
  }

  async lead(): Promise<{ freeSince: number } | undefined> {
    const candidacy = this.#compete();
    this.#candidacy = candidacy;
    const freeSince = await candidacy;
    if (freeSince === undefined) return undefined;
    this.#renewing = this.#keepRenewing();
    return { freeSince };
  }

  async stop(settled: boolean): Promise<void> {
    this.#stopping = true;
    this.#wake();
    // A request under way may still make us the leader, or change what has to be let go.
    await this.#candidacy;
    await this.#renewing;
    const mine = this.remainingMs() > 0;
    if (this.#phase === 'leader') this.#phase = 'over';
    this.#deadline?.cancel();
    if (!mine) return;
    if (settled) await this.#letGo();
    else this.#log('warn', 'the lease is left to run out: a write may still be under way');
  }

  async #compete(): Promise<number | undefined> {
    const watch = this.#watchLease();
    try {
      while (!this.#stopping && this.#phase === 'candidate') {
        const freeSince = await this.#tryToLead();
        if (freeSince !== undefined) return freeSince;
        await this.#pause(this.#untilNextTry());
      }
      return undefined;
    } finally {
      await watch.stop();
    }
  }

  /** Every change of the Lease is looked at by a read: a watch may lag behind one. */
  #watchLease(): Reflector {
    const { reflectors, namespace, name } = this.#options;
    const watch = reflectors({ type: LEASES, namespace, fieldSelector: `metadata.name=${name}` });
    watch.start(() => {
      this.#changed = true;
      this.#wake();
    });
    return watch;
  }

  /** Answers since when nobody else can have led, where this process leads now. */
  async #tryToLead(): Promise<number | undefined> {
    try {
      await this.#read();
      const freeSince = this.#claim.endsMs;
      if (this.#isStopping() || freeSince > this.#options.clock.monotonic()) return undefined;
      await this.#take();
      return this.remainingMs() > 0 ? freeSince : undefined;
    } catch (failure) {
      // Another candidate was quicker.
      if (!isReason(failure, 'Conflict', 'AlreadyExists')) this.#logFailure(failure);
      return undefined;
    }
  }

  async #take(): Promise<void> {
    const { clock, identity } = this.#options;
    const before = this.#lease?.spec;
    const changes = before !== undefined && before.holderIdentity !== identity;
    const leaseTransitions = (before?.leaseTransitions ?? 0) + (changes ? 1 : 0);
    await this.#write({ ...this.#toSpec(), acquireTime: toMicroTime(clock.now()), leaseTransitions });
    this.#phase = 'leader';
    if (this.remainingMs() === 0) return;
    this.#armDeadline();
    this.#failing = undefined;
    this.#log('info', 'leading');
  }

  async #read(): Promise<void> {
    this.#lease = await this.#record.read(this.#requestMs);
    this.#claim.note(this.#lease);
  }

  /** When the claim of another ends, if that is before the next regular try. */
  #untilNextTry(): number {
    const { clock, random, retryPeriodMs } = this.#options;
    const regular = retryPeriodMs * (1 - 0.2 * random());
    const untilEnd = this.#claim.endsMs - clock.monotonic();
    return untilEnd > 0 ? Math.min(untilEnd + 1, regular) : regular;
  }

  async #keepRenewing(): Promise<void> {
    while (!this.#stopping && this.remainingMs() > 0) {
      await this.#pause(this.#options.retryPeriodMs);
      if (!this.#isStopping() && this.remainingMs() > 0) await this.#renew();
    }
  }

  async #renew(): Promise<void> {
    try {
      await this.#write(this.#toSpec());
      this.#armDeadline();
      if (this.#failing !== undefined) this.#log('info', 'the lease is renewed again');
      this.#failing = undefined;
    } catch (failure) {
      if (isReason(failure, 'Conflict', 'NotFound')) await this.#lookWhoLeads();
      else this.#logFailure(failure);
    }
  }

  /** Somebody has changed the Lease, or an answer of the API server to ourselves was lost. */
  async #lookWhoLeads(): Promise<void> {
    try {
      const lease = await this.#record.read(this.#requestMs);
      if (lease?.spec?.holderIdentity === this.#options.identity) this.#lease = lease;
      else if (lease === undefined) this.#lose('the lease was deleted');
      else this.#lose(`the lease is held by ${JSON.stringify(lease.spec?.holderIdentity ?? '')}`);
    } catch (failure) {
      this.#logFailure(failure);
    }
  }

  async #write(spec: LeaseSpec): Promise<void> {
    const sentMs = this.#options.clock.monotonic();
    this.#lease = await this.#record.write(this.#lease, spec, this.#requestMs);
    this.#renewedMs = sentMs;
  }

  #toSpec(): LeaseSpec {
    const { clock, identity, leaseDurationMs } = this.#options;
    return {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(leaseDurationMs / 1000),
      renewTime: toMicroTime(clock.now()),
    };
  }

  /** As client-go's `release`: the shortest duration there is, and nobody's. */
  async #letGo(): Promise<void> {
    const now = toMicroTime(this.#options.clock.now());
    const spec = { holderIdentity: '', leaseDurationSeconds: 1, acquireTime: now, renewTime: now };
    try {
      await this.#record.write(this.#lease, spec, this.#requestMs);
      this.#log('info', 'the lease is let go');
    } catch (failure) {
      this.#log('warn', 'the lease could not be let go and runs out', { error: String(failure) });
    }
  }

  #armDeadline(): void {
    this.#deadline?.cancel();
    // A timer may run a little early: what is not over then is looked at again.
    const look = (): void => {
      if (this.remainingMs() > 0) this.#armDeadline();
    };
    this.#deadline = this.#options.clock.after(this.remainingMs() + 1, look);
  }

  #lose(reason: string): void {
    this.#phase = 'over';
    this.#deadline?.cancel();
    this.#log('error', 'leadership is lost', { reason });
    this.#tellLost(reason);
    this.#wake();
  }

  async #pause(ms: number): Promise<void> {
    const hurry = this.#stopping || this.#changed;
    this.#changed = false;
    if (hurry) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#wake = () => {
      resolve(undefined);
    };
    const timer = this.#options.clock.after(ms, this.#wake);
    await promise;
    this.#changed = false;
    timer.cancel();
  }

  #isStopping(): boolean {
    return this.#stopping;
  }

  /** Says it once, not with every retry. */
  #logFailure(failure: unknown): void {
    const error = String(failure);
    if (this.#failing !== error) this.#log('warn', 'the lease cannot be had', { error });
    this.#failing = error;
  }

  #log(level: 'info' | 'warn' | 'error', message: string, fields: Record<string, unknown> = {}): void {
    const { logger, namespace, name } = this.#options;
    logger[level](message, { lease: `${namespace}/${name}`, ...fields });
  }
}
