/**
 * JSON over HTTP to one API server: connections, credentials, requests, watches, and the errors of all of them.
 *
 * Together with `kube/http/connection.ts`, this room is the only place that knows undici and client-node; what leaves
 * it are parsed JSON objects and {@link ClusterError}s. It knows the paths of the Kubernetes API, but no kinds. Begin
 * here, with the {@link Transport}; then read `connection.ts` (where to, as whom), `exchange.ts` (one request) and
 * `errors.ts`.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../ports/clock.ts';
import { ClusterError } from '../../ports/cluster.ts';
import type { RequestMetrics } from '../../ports/metrics.ts';
import { raceAbort } from './abort.ts';
import type { Connection, Session } from './connection.ts';
import { toNetworkError, toResponseError } from './errors.ts';
import { exchange } from './exchange.ts';
import { readLines, readText } from './lines.ts';
import { ListSplitter } from './list-splitter.ts';

/** In milliseconds. No useful answer takes longer, and a request that hangs must not occupy a worker for minutes. */
const requestTimeoutMs = 30_000;

/** Query parameters. One that is undefined is left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** A parsed JSON object. */
export type JsonObject = Record<string, unknown>;

/** One request for one JSON answer. */
export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The path from the API server's root, percent-encoded: `/api/v1/namespaces/apps`. */
  path: string;
  query?: Query;
  /** Sent as JSON. */
  body?: unknown;
  /** Default: `application/json`. */
  contentType?: string;
  /** Default: `application/json`. */
  accept?: string;
  /** The user to impersonate. Default: none. */
  as?: string | undefined;
  signal?: AbortSignal | undefined;
  /** The limit from the call to the last byte of the answer, in milliseconds. Default: 30,000. */
  timeoutMs?: number;
  /**
   * Called right before the request is sent. When it throws, nothing is sent, and the request rejects with that error.
   */
  beforeSend?: (() => void) | undefined;
}

/** One watch. */
export interface WatchRequest {
  /** The path from the API server's root, percent-encoded. */
  path: string;
  query?: Query;
  /** Default: `application/json`. */
  accept?: string;
  /** The user to impersonate. Default: none. */
  as?: string | undefined;
  signal?: AbortSignal | undefined;
  /** How long the server may send nothing before the watch fails with reason Timeout, in ms. Default: 300,000. */
  idleTimeoutMs?: number;
}

/** One list. */
export interface ListRequest extends Omit<WatchRequest, 'idleTimeoutMs'> {
  /** The limit from the call to the last byte of the list, in milliseconds. Default: 30,000. */
  timeoutMs?: number;
}

/** JSON over HTTP to one API server. Every failure is a {@link ClusterError}, and none repeats a request's body. */
export interface Transport {
  /** Sends a request, and resolves with the JSON object of the answer. */
  request(request: ApiRequest): Promise<JsonObject>;
  /**
   * Yields a watch's events as they come, and ends when the server ends the stream. It reads from the connection only
   * what the consumer takes. Leaving the loop ends the watch at once, and so does the signal.
   */
  watch(request: WatchRequest): AsyncGenerator<JsonObject, void>;
  /**
   * Yields the items of a list as they arrive, a few at a time, and returns the list without them. It holds no more
   * than it yields, however long the list is. It reads on when the consumer asks for more.
   */
  list(request: ListRequest): AsyncGenerator<JsonObject[], JsonObject>;
}

/** Options of a {@link HttpTransport}. */
export interface TransportOptions {
  connection: Connection;
  clock: Clock;
  /** The largest answer, and the largest item of a list, in bytes. Default: 64 MiB. */
  maxResponseBytes?: number;
  /** The largest event of a watch, in bytes. Default: 16 MiB, ten times the largest object in etcd (1.5 MiB). */
  maxEventBytes?: number;
  /** Default: requests are not measured. */
  metrics?: RequestMetrics | undefined;
}

/** The {@link Transport} over a {@link Connection}. */
export class HttpTransport implements Transport {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #maxResponseBytes: number;
  readonly #maxEventBytes: number;
  readonly #metrics: RequestMetrics | undefined;

  constructor({ connection, clock, maxResponseBytes, maxEventBytes, metrics }: TransportOptions) {
    this.#connection = connection;
    this.#clock = clock;
    this.#maxResponseBytes = maxResponseBytes ?? 64 * 1024 * 1024;
    this.#maxEventBytes = maxEventBytes ?? 16 * 1024 * 1024;
    this.#metrics = metrics;
  }

  async request(request: ApiRequest): Promise<JsonObject> {
    const { signal, timeoutMs = requestTimeoutMs, beforeSend } = request;
    refuseAborted(signal);
    const opened = this.#connection.open();
    const session = opened instanceof Promise ? await opened : opened;
    const bounds = { clock: this.#clock, signal, timeoutMs, maxBytes: this.#maxResponseBytes, beforeSend };
    const { status, headers, body } = await this.#recordMetrics(
      request.method,
      exchange(session.requests, toDispatch(session, request), bounds),
      (answer) => answer.status,
    );
    if (status < 200 || status > 299) throw this.#refused(status, headers, body, request.body);
    return parseObject(body);
  }

  async *watch(request: WatchRequest): AsyncGenerator<JsonObject, void> {
    const bytes = this.#stream(request, 'watches');
    for await (const line of readLines(bytes, this.#maxEventBytes)) yield parseObject(line);
  }

  /** Yields the lines of a text, such as a log, as they come. */
  async *lines(request: WatchRequest): AsyncGenerator<string, void> {
    yield* readLines(this.#stream(request, 'watches'), this.#maxEventBytes);
  }

  async *list(request: ListRequest): AsyncGenerator<JsonObject[], JsonObject> {
    const { signal, timeoutMs = requestTimeoutMs } = request;
    const overdue = new AbortController();
    const timer = this.#clock.after(timeoutMs, () => {
      overdue.abort();
    });
    const either = signal === undefined ? overdue.signal : AbortSignal.any([signal, overdue.signal]);
    const splitter = new ListSplitter(this.#maxResponseBytes);
    try {
      for await (const chunk of this.#stream({ ...request, signal: either }, 'requests')) {
        const items = splitter.take(chunk);
        if (items.length > 0) yield items.map(parseObject);
      }
    } catch (failure) {
      if (overdue.signal.aborted && signal?.aborted !== true)
        throw new ClusterError('Timeout', `the list did not end within ${timeoutMs} ms`);
      throw failure;
    } finally {
      timer.cancel();
    }
    return parseObject(splitter.rest());
  }

  /** Yields the body of an answer as it arrives. Any failure is a {@link ClusterError}. */
  async *#stream(request: WatchRequest, through: 'requests' | 'watches'): AsyncGenerator<Buffer, void> {
    const { signal, idleTimeoutMs = 300_000 } = request;
    refuseAborted(signal);
    const session = await this.#connection.open();
    try {
      const begun = session[through].request({
        ...toDispatch(session, { ...request, method: 'GET' }),
        signal: signal ?? null,
        headersTimeout: Math.min(idleTimeoutMs, requestTimeoutMs),
        bodyTimeout: idleTimeoutMs,
      });
      const { statusCode, headers, body } = await this.#recordMetrics(
        'GET',
        raceAbort(begun, signal),
        (answer) => answer.statusCode,
      );
      if (statusCode !== 200) {
        throw this.#refused(statusCode, headers, await readText(body, this.#maxEventBytes));
      }
      yield* body as AsyncIterable<Buffer>;
    } catch (failure) {
      refuseAborted(signal);
      throw toNetworkError(failure);
    }
  }

  /** Records how a request ended: with any status, or without an answer. */
  async #recordMetrics<T>(method: string, pending: Promise<T>, statusOf: (answer: T) => number): Promise<T> {
    const record = this.#metrics;
    if (record === undefined) return pending;
    const started = this.#clock.monotonic();
    let status: number | undefined;
    try {
      const answer = await pending;
      status = statusOf(answer);
      return answer;
    } finally {
      record(method, status, this.#clock.monotonic() - started);
    }
  }

  #refused(status: number, headers: IncomingHttpHeaders, body: string, sent?: unknown): ClusterError {
    if (status === 401) this.#connection.invalidate();
    return toResponseError(status, headers, body, sent);
  }
}

function toDispatch(session: Session, request: ApiRequest): Dispatcher.DispatchOptions {
  const {
    method,
    path,
    query,
    body,
    contentType = 'application/json',
    accept = 'application/json',
    as,
  } = request;
  const headers: Record<string, string> = { ...session.headers, accept };
  if (body !== undefined) headers['content-type'] = contentType;
  if (as !== undefined) headers['impersonate-user'] = as;
  return {
    origin: session.origin,
    method,
    path: `${session.basePath}${path}${toSearch(query)}`,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  };
}

function toSearch(query: Query = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  if (pairs.length === 0) return '';
  return `?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}`;
}

/** A 2xx answer that is no JSON object does not come from an API server. */
function parseObject(text: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed as JsonObject;
  } catch (failure) {
    throw new ClusterError('ServerError', 'the answer is not JSON', { cause: failure });
  }
  throw new ClusterError('ServerError', 'the answer is not a JSON object');
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new ClusterError('Aborted', 'the request was aborted');
}
