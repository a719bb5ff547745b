import type { Clock } from '../../ports/clock.ts';
import { ClusterError } from '../../ports/cluster.ts';
import type { Leadership } from '../../ports/leader.ts';
import type { ApiRequest, JsonObject, Transport, WatchRequest } from '../http/transport.ts';

/**
 * Lets no write through that could reach the cluster after somebody else leads.
 *
 * Two bounds, for a process can be stopped at any moment and go on much later (SIGSTOP, a frozen virtual machine). Right
 * before a write goes to its connection, when credentials are read and a connection is free, the lease must surely be
 * ours yet. And with the write goes a time limit for the API server (`?timeout=`), which ends before the lease can be
 * another's: what it has received it does not carry out later, were it queued, held by a webhook, or sent in part
 * only. A pause between the look and the system call that sends, some microseconds, is not covered, nor is a
 * network that holds bytes back for longer than the lease.
 */
export class FencedTransport implements Transport {
  readonly #transport: Transport;
  readonly #leadership: Leadership;
  readonly #clock: Clock;
  #underWay = 0;
  /** When the last write whose end is not known has ended at the latest. */
  #unsettledUntilMs = -Infinity;

  constructor(transport: Transport, leadership: Leadership, clock: Clock) {
    this.#transport = transport;
    this.#leadership = leadership;
    this.#clock = clock;
  }

  /** Whether no write is under way, nor one carried out yet whose answer was lost. */
  get settled(): boolean {
    return this.#underWay === 0 && this.#clock.monotonic() >= this.#unsettledUntilMs;
  }

  watch(request: WatchRequest): AsyncGenerator<JsonObject, void> {
    return this.#transport.watch(request);
  }

  async request(request: ApiRequest): Promise<JsonObject> {
    if (request.method === 'GET') return this.#transport.request(request);
    // Half of the margin is left for the wait for a connection, in which the lease is renewed at best.
    const limitMs = Math.floor(this.#leadership.remainingMs() + this.#leadership.marginMs / 2);
    this.#refuseUnlessWithin(limitMs);
    let sentMs: number | undefined;
    const beforeSend = (): void => {
      this.#refuseUnlessWithin(limitMs);
      sentMs = this.#clock.monotonic();
    };
    this.#underWay++;
    try {
      const query = { ...request.query, timeout: `${limitMs}ms` };
      return await this.#transport.request({ ...request, query, beforeSend });
    } catch (failure) {
      const answered = failure instanceof ClusterError && failure.status !== undefined;
      if (!answered && sentMs !== undefined)
        this.#unsettledUntilMs = Math.max(this.#unsettledUntilMs, sentMs + limitMs);
      throw failure;
    } finally {
      this.#underWay--;
    }
  }

  #refuseUnlessWithin(limitMs: number): void {
    const remainingMs = this.#leadership.remainingMs();
    if (remainingMs <= 0) throw new ClusterError('Aborted', 'this process does not lead: nothing is written');
    if (limitMs > remainingMs + this.#leadership.marginMs)
      throw new ClusterError('Timeout', 'the write waited so long that it might not end within the lease');
  }
}
