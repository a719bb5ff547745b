import type { Clock } from '../../ports/clock.ts';
import { ClusterError } from '../../ports/cluster.ts';
import type { Leadership } from '../../ports/leader.ts';
import type { ApiRequest, JsonObject, ListRequest, Transport, WatchRequest } from '../http/transport.ts';

/**
 * Refuses every write that could reach the cluster while somebody else leads.
 *
 * It needs two checks, because a process can be paused at any moment and continue much later (SIGSTOP, a frozen virtual
 * machine). First, right before a write goes to its connection, with credentials read and a connection free, this
 * process must still be sure to lead. Second, the write carries a time limit for the API server (`?timeout=`) that ends
 * before somebody else can hold the lease. After that limit the API server does not carry out a write that it has
 * queued, that a webhook delays, or that it has received only in part.
 *
 * Two gaps remain: a pause of the process between the first check and the system call that sends, some microseconds
 * later, and a network that holds bytes back for longer than the lease.
 */
export class FencedTransport implements Transport {
  readonly #transport: Transport;
  readonly #leadership: Leadership;
  readonly #clock: Clock;
  #inFlight = 0;
  /** When every write without an answer has ended for certain, in monotonic milliseconds. */
  #drainedAtMs = -Infinity;

  constructor(transport: Transport, leadership: Leadership, clock: Clock) {
    this.#transport = transport;
    this.#leadership = leadership;
    this.#clock = clock;
  }

  /**
   * Whether every write has ended: none is in flight, and the API server no longer carries out one whose answer was
   * lost.
   */
  get drained(): boolean {
    return this.#inFlight === 0 && this.#clock.monotonic() >= this.#drainedAtMs;
  }

  watch(request: WatchRequest): AsyncGenerator<JsonObject, void> {
    return this.#transport.watch(request);
  }

  list(request: ListRequest): AsyncGenerator<JsonObject[], JsonObject> {
    return this.#transport.list(request);
  }

  async request(request: ApiRequest): Promise<JsonObject> {
    if (request.method === 'GET') return this.#transport.request(request);
    // Half of the margin is left for the wait for a connection. Usually the lease is renewed during that wait.
    const limitMs = Math.floor(this.#leadership.remainingMs() + this.#leadership.marginMs / 2);
    this.#refuseUnlessWithin(limitMs);
    let sentMs: number | undefined;
    const beforeSend = (): void => {
      this.#refuseUnlessWithin(limitMs);
      sentMs = this.#clock.monotonic();
    };
    this.#inFlight++;
    try {
      const query = { ...request.query, timeout: `${limitMs}ms` };
      return await this.#transport.request({ ...request, query, beforeSend });
    } catch (failure) {
      const answered = failure instanceof ClusterError && failure.status !== undefined;
      if (!answered && sentMs !== undefined)
        this.#drainedAtMs = Math.max(this.#drainedAtMs, sentMs + limitMs);
      throw failure;
    } finally {
      this.#inFlight--;
    }
  }

  #refuseUnlessWithin(limitMs: number): void {
    const remainingMs = this.#leadership.remainingMs();
    if (remainingMs <= 0) throw new ClusterError('Aborted', 'this process does not lead: nothing is written');
    if (limitMs > remainingMs + this.#leadership.marginMs)
      throw new ClusterError('Timeout', 'the write waited so long that it might not end within the lease');
  }
}
