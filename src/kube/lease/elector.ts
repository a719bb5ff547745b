/**
 * Leader election on a Lease, and the fence that keeps a former leader from writing.
 *
 * This room decides by monotonic time alone, and knows nothing of what the leader does. Begin here, with the {@link
 * LeaseElector}: it competes for the Lease (`record.ts` reads and writes it, `observed-lease.ts` says when that of
 * another process expires), and renews it. `fence.ts` checks each write against the lease.
 */
import type { Clock, Timer } from '../../ports/clock.ts';
import type { LeaderElector } from '../../ports/leader.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Reflector, ReflectorFactory } from '../../ports/reflector.ts';
import { isReason } from '../../ports/cluster.ts';
import { ObservedLease } from './observed-lease.ts';
import { LEASES, LeaseRecord, type Lease, type LeaseSpec, toHeldSpec, toReleasedSpec } from './record.ts';
import { toMicroTime } from '../http/micro-time.ts';
import type { Transport } from '../http/transport.ts';

/** The Lease, the candidate, and the times of client-go's `LeaderElectionConfig`, in milliseconds. */
export interface LeaseTerms {
  namespace: string;
  name: string;
  /** Unique to this process: after a restart, a process must not mistake its predecessor for itself. */
  identity: string;
  /** How long others wait after the last renewal that they saw. At least 1000, and stored in whole seconds. */
  leaseDurationMs: number;
  /** How long after the start of its last renewal the leader gives up. Shorter than the lease. */
  renewDeadlineMs: number;
  /** How often the leader renews, and candidates try. Shorter than the deadline. */
  retryPeriodMs: number;
}

/** What a {@link LeaseElector} needs. */
export interface LeaseElectorOptions extends LeaseTerms {
  /** It needs its own connections: a renewal must not wait for other requests. */
  transport: Transport;
  /** Makes the watch of the Lease, so that a released Lease is taken at once. */
  reflectors: ReflectorFactory;
  clock: Clock;
  /** Returns a number in [0, 1), for jitter. */
  random: () => number;
  logger: Logger;
}

/**
 * Leader election on a Lease, in the way of client-go's `leaderelection` and somewhat stricter.
 *
 * No wall clock decides anything. The lease of another process has expired when it was not seen to change for its whole
 * duration, by our own monotonic clock. Our own lease is valid for the renew deadline, counted from the moment at which
 * its last renewal was sent. A successor cannot have seen that renewal before it was sent, so it waits longer than the
 * holder relies on the lease, by the difference between lease duration and renew deadline. The API server refuses a
 * write when the Lease has changed since it was read.
 *
 * It is stricter in three ways. Leadership is lost at once when the Lease is deleted or held by somebody else
 * (client-go keeps trying until the deadline). It is lost at the deadline itself, not a retry later. And a candidate
 * waits for the duration of a Lease that was deleted while somebody held it.
 */
export class LeaseElector implements LeaderElector {
  readonly marginMs: number;
  readonly lost: Promise<string>;
  readonly #options: LeaseElectorOptions;
  readonly #record: LeaseRecord;
  readonly #observed: ObservedLease;
  readonly #requestMs: number;
  readonly #resolveLost: (reason: string) => void;
  #phase: 'candidate' | 'leader' | 'over' = 'candidate';
  #stopping = false;
  /** The Lease as it was read or written last. */
  #lease: Lease | undefined;
  /** When the last successful renewal was sent. */
  #renewedMs = -Infinity;
  #deadline: Timer | undefined;
  #wake: () => void = () => undefined;
  /** Whether the Lease has changed since the last pause, so that the next pause is skipped. */
  #changed = false;
  #candidacy: Promise<unknown> | undefined;
  #renewing: Promise<void> | undefined;
  /** The error of the last request, until one succeeds. */
  #failing: string | undefined;

  constructor(options: LeaseElectorOptions) {
    const { transport, leaseDurationMs, renewDeadlineMs } = options;
    this.#options = options;
    this.#record = new LeaseRecord(transport, options);
    this.#observed = new ObservedLease({
      ...options,
      onHolder: (holder) => {
        this.#log('info', 'somebody else leads', { holder });
      },
    });
    this.marginMs = leaseDurationMs - renewDeadlineMs;
    // If a request hangs, there is time for another one before the deadline.
    this.#requestMs = renewDeadlineMs / 2;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.lost = promise;
    this.#resolveLost = resolve;
  }

  remainingMs(): number {
    if (this.#phase !== 'leader') return 0;
    const remaining = this.#renewedMs + this.#options.renewDeadlineMs - this.#options.clock.monotonic();
    if (remaining > 0) return remaining;
    this.#lose('it was not renewed in time');
    return 0;
  }

  async observe(): Promise<void> {
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

  async stop(drained: boolean): Promise<void> {
    this.#stopping = true;
    this.#wake();
    // A request in flight may still make this process the leader, or change the Lease that is released.
    await this.#candidacy;
    await this.#renewing;
    const leads = this.remainingMs() > 0;
    if (this.#phase === 'leader') this.#phase = 'over';
    this.#deadline?.cancel();
    if (!leads) return;
    if (drained) await this.#release();
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

  /** The watch only wakes the candidate, which then reads the Lease: a watch may lag. */
  #watchLease(): Reflector {
    const { reflectors, namespace, name } = this.#options;
    const watch = reflectors({ type: LEASES, namespace, fieldSelector: `metadata.name=${name}` });
    watch.start(() => {
      this.#changed = true;
      this.#wake();
    });
    return watch;
  }

  /** Resolves with the time from which on nobody else can have led, if this process leads now. */
  async #tryToLead(): Promise<number | undefined> {
    try {
      await this.#read();
      const freeSince = this.#observed.expiresMs;
      if (this.#isStopping() || freeSince > this.#options.clock.monotonic()) return undefined;
      await this.#acquire();
      return this.remainingMs() > 0 ? freeSince : undefined;
    } catch (failure) {
      // Another candidate was faster.
      if (!isReason(failure, 'Conflict', 'AlreadyExists')) this.#logFailure(failure);
      return undefined;
    }
  }

  async #acquire(): Promise<void> {
    const { clock, identity } = this.#options;
    const before = this.#lease?.spec;
    const changes = before !== undefined && before.holderIdentity !== identity;
    const leaseTransitions = (before?.leaseTransitions ?? 0) + (changes ? 1 : 0);
    const acquireTime = toMicroTime(clock.now());
    await this.#write({ ...toHeldSpec(this.#options), acquireTime, leaseTransitions });
    this.#phase = 'leader';
    if (this.remainingMs() === 0) return;
    this.#armDeadline();
    this.#failing = undefined;
    this.#log('info', 'leading');
  }

  async #read(): Promise<void> {
    this.#lease = await this.#record.read(this.#requestMs);
    this.#observed.observe(this.#lease);
  }

  /**
   * How long to wait, in milliseconds: until the lease of another expires, but no longer than until the next regular
   * try.
   */
  #untilNextTry(): number {
    const { clock, random, retryPeriodMs } = this.#options;
    const regular = retryPeriodMs * (1 - 0.2 * random());
    const untilExpiry = this.#observed.expiresMs - clock.monotonic();
    return untilExpiry > 0 ? Math.min(untilExpiry + 1, regular) : regular;
  }

  async #keepRenewing(): Promise<void> {
    while (!this.#stopping && this.remainingMs() > 0) {
      await this.#pause(this.#options.retryPeriodMs);
      if (!this.#isStopping() && this.remainingMs() > 0) await this.#renew();
    }
  }

  async #renew(): Promise<void> {
    try {
      await this.#write(toHeldSpec(this.#options));
      this.#armDeadline();
      if (this.#failing !== undefined) this.#log('info', 'the lease is renewed again');
      this.#failing = undefined;
    } catch (failure) {
      if (isReason(failure, 'Conflict', 'NotFound')) await this.#checkHolder();
      else this.#logFailure(failure);
    }
  }

  /**
   * Reads the Lease after a conflict: somebody else has changed it, or the answer to one of our own writes was lost.
   */
  async #checkHolder(): Promise<void> {
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

  async #release(): Promise<void> {
    const spec = toReleasedSpec(this.#options.clock);
    try {
      await this.#record.write(this.#lease, spec, this.#requestMs);
      this.#log('info', 'the lease is let go');
    } catch (failure) {
      this.#log('warn', 'the lease could not be let go and runs out', { error: String(failure) });
    }
  }

  #armDeadline(): void {
    this.#deadline?.cancel();
    // A timer may fire a little early; then it is set again.
    const check = (): void => {
      if (this.remainingMs() > 0) this.#armDeadline();
    };
    this.#deadline = this.#options.clock.after(this.remainingMs() + 1, check);
  }

  #lose(reason: string): void {
    this.#phase = 'over';
    this.#deadline?.cancel();
    this.#log('error', 'leadership is lost', { reason });
    this.#resolveLost(reason);
    this.#wake();
  }

  async #pause(ms: number): Promise<void> {
    const skip = this.#stopping || this.#changed;
    this.#changed = false;
    if (skip) return;
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

  /** Warns of a failure once, not with each retry. */
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
