import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Clock, Timer } from '../../ports/clock.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { toNetworkError } from './errors.ts';

/** A complete HTTP answer. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** The bounds of an {@link exchange}. */
export interface ExchangeOptions {
  clock: Clock;
  signal?: AbortSignal | undefined;
  /** The limit for the whole exchange, including the wait for a free connection, in milliseconds. */
  timeoutMs: number;
  /** The largest body, in bytes; a larger one rejects with reason TooLarge. */
  maxBytes: number;
  /** Called when the request has its connection, right before the first byte. When it throws, the request ends. */
  beforeSend?: (() => void) | undefined;
}

/**
 * Sends one request and collects its complete answer, whatever the status. Rejects with a {@link ClusterError} when
 * there is no answer. It rejects at once when the signal aborts or the time is over, even if the request still waits
 * for a connection.
 *
 * It uses undici's `dispatch`. The layer above that makes a stream for each answer, and reacts to a signal late: with a
 * deadline and a signal it took 86 µs of CPU for each request, and this takes 34 µs (Node 24, plain HTTP on loopback).
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  options: ExchangeOptions,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(request, new Exchange(resolve, reject, options));
  });
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: ClusterError) => void;
  readonly #options: ExchangeOptions;
  readonly #timer: Timer;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #failure: ClusterError | undefined;
  #bytes = 0;
  #status = 0;
  #headers: IncomingHttpHeaders = {};

  constructor(
    resolve: (answer: Answer) => void,
    reject: (error: ClusterError) => void,
    options: ExchangeOptions,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#options = options;
    this.#timer = options.clock.after(options.timeoutMs, () => {
      this.#fail(new ClusterError('Timeout', `no answer within ${options.timeoutMs} ms`));
    });
    options.signal?.addEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => {
    this.#fail(new ClusterError('Aborted', 'the request was aborted'));
  };

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#failure !== undefined) {
      controller.abort(this.#failure);
      return;
    }
    try {
      this.#options.beforeSend?.();
    } catch (refusal) {
      this.#fail(toNetworkError(refusal));
    }
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const { maxBytes } = this.#options;
    if (this.#bytes > maxBytes)
      this.#fail(new ClusterError('TooLarge', `the answer is over ${maxBytes} bytes`));
  }

  onResponseEnd(): void {
    this.#release();
    const [only, more] = this.#chunks;
    const body = only !== undefined && more === undefined ? only : Buffer.concat(this.#chunks);
    this.#resolve({ status: this.#status, headers: this.#headers, body: body.toString('utf8') });
  }

  onResponseError(_controller: Dispatcher.DispatchController, failure: Error): void {
    this.#fail(toNetworkError(failure));
  }

  #fail(failure: ClusterError): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#release();
    this.#reject(failure);
    this.#controller?.abort(failure);
  }

  #release(): void {
    this.#timer.cancel();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
  }
}
