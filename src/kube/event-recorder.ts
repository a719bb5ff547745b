import { LRUCache } from 'lru-cache';
import { type KubeObject, identifyObject } from '../api/object.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventInput, EventRecorder } from '../ports/event-recorder.ts';
import type { Logger } from '../ports/logger.ts';
import { isReason } from '../ports/cluster.ts';
import { toMicroTime } from './http/micro-time.ts';
import { pause } from './http/pause.ts';
import { toResourcePath } from './http/resource-path.ts';
import type { Transport } from './http/transport.ts';

/** In milliseconds, client-go's `defaultCacheIntervalInSeconds`. An event that recurs within it is a series. */
const seriesMs = 600_000;
/** The API server's limits: a note of 1 KiB, a name of 253 characters. */
const maxNoteBytes = 1024;
const maxNameLength = 253;
/** In milliseconds. An event is worth one more try, but must not hold up those after it for long. */
const retryAfterMs = 1000;
const requestTimeoutMs = 10_000;

/** Options of an {@link ApiEventRecorder}. */
export interface EventRecorderOptions {
  transport: Transport;
  clock: Clock;
  /** Returns a number in [0, 1), for the names of events. */
  random: () => number;
  logger: Logger;
  /** The controller that reports, as a qualified name: `fluxblueprint.io/operator`. */
  reportingController: string;
  /** Its instance, at most 128 characters: the name of the pod. */
  reportingInstance: string;
  /** The most events that wait to be stored, and the most that are remembered for series. Default: 1000. */
  capacity?: number;
}

/** An event, and how often it occurred. */
interface Series {
  readonly event: EventInput;
  /** The name of the stored event; undefined until it is stored. */
  name: string | undefined;
  count: number;
  /** When it occurred last: monotonic and wall-clock time, in milliseconds. */
  seenMs: number;
  seenAt: number;
  queued: boolean;
}

/**
 * Stores events one after the other, in the background. An event that recurs within ten minutes (same object, type,
 * reason and note) raises the count of the first one instead of being stored again, as in client-go. One that recurs
 * while it waits to be stored costs no request. When too many wait, further ones are dropped, and the log says how
 * many.
 */
export class ApiEventRecorder implements EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #capacity: number;
  /** By identity. When there are too many, those that occurred longest ago are forgotten. */
  readonly #series: LRUCache<string, Series>;
  readonly #queue: Series[] = [];
  #storing: Promise<void> | undefined;
  #dropped = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#capacity = options.capacity ?? 1000;
    this.#series = new LRUCache({ max: this.#capacity });
  }

  /** How many events were dropped since the start, because too many waited. */
  get dropped(): number {
    return this.#dropped;
  }

  record(event: EventInput): void {
    const series = this.#noteOccurrence(event);
    if (series.queued) return;
    if (this.#queue.length >= this.#capacity) {
      this.#dropped++;
      return;
    }
    series.queued = true;
    this.#queue.push(series);
    this.#storing ??= this.#storeQueued();
  }

  async flush(): Promise<void> {
    await this.#storing;
  }

  #noteOccurrence(given: EventInput): Series {
    const { clock } = this.#options;
    // The object itself can be large, and a thousand events are remembered.
    const event = { ...given, regarding: identifyObject(given.regarding), note: cutNote(given.note) };
    const { regarding, type, reason, note } = event;
    const identity = JSON.stringify([regarding.metadata.uid, type, reason, note]);
    const known = this.#series.get(identity);
    const seenMs = clock.monotonic();
    const fresh = known === undefined || seenMs - known.seenMs > seriesMs;
    const series = fresh ? { event, name: undefined, count: 0, seenMs, seenAt: 0, queued: false } : known;
    series.count++;
    series.seenMs = seenMs;
    series.seenAt = clock.now();
    this.#series.set(identity, series);
    return series;
  }

  async #storeQueued(): Promise<void> {
    const droppedBefore = this.#dropped;
    for (let series = this.#queue.shift(); series !== undefined; series = this.#queue.shift()) {
      // An occurrence from now on has to queue the series again, because this count may be on its way already.
      series.queued = false;
      await this.#store(series).catch((failure: unknown) => {
        const { reason, regarding } = series.event;
        const { namespace, name } = regarding.metadata;
        const fields = { [regarding.kind]: { namespace, name }, reason, error: String(failure) };
        this.#options.logger.warn('an event could not be stored', fields);
      });
    }
    this.#storing = undefined;
    const dropped = this.#dropped - droppedBefore;
    // Logged once, at the end: a line for each dropped event would only add to the load.
    if (dropped > 0) this.#options.logger.warn('events were dropped: too many waited', { dropped });
  }

  async #store(series: Series): Promise<void> {
    try {
      await this.#send(series);
    } catch (failure) {
      // The event has expired (the API server's --event-ttl, by default an hour), or somebody has deleted it.
      if (isReason(failure, 'NotFound') && series.name !== undefined) series.name = undefined;
      else if (isReason(failure, 'Unreachable', 'Timeout', 'ServerError', 'TooManyRequests'))
        await pause(this.#options.clock, retryAfterMs);
      else throw failure;
      await this.#send(series);
    }
  }

  async #send(series: Series): Promise<void> {
    const { transport } = this.#options;
    const namespace = namespaceOf(series.event.regarding);
    const path = { apiVersion: 'events.k8s.io/v1', plural: 'events', namespace };
    const counted = { series: { count: series.count, lastObservedTime: toMicroTime(series.seenAt) } };
    const timeoutMs = requestTimeoutMs;
    if (series.name !== undefined) {
      const contentType = 'application/merge-patch+json';
      const url = toResourcePath({ ...path, name: series.name });
      await transport.request({ method: 'PATCH', path: url, contentType, body: counted, timeoutMs });
      return;
    }
    const name = this.#chooseName(series.event.regarding.metadata.name);
    const body = { ...this.#toEvent(series, name, namespace), ...(series.count > 1 ? counted : {}) };
    await transport.request({ method: 'POST', path: toResourcePath(path), body, timeoutMs });
    series.name = name;
  }

  #toEvent({ event, seenAt }: Series, name: string, namespace: string) {
    const { reportingController, reportingInstance } = this.#options;
    const { regarding, type, reason, action, note } = event;
    const { uid, resourceVersion } = regarding.metadata;
    return {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name, namespace },
      eventTime: toMicroTime(seenAt),
      reportingController,
      reportingInstance,
      type,
      reason,
      action,
      note,
      regarding: {
        apiVersion: regarding.apiVersion,
        kind: regarding.kind,
        namespace: regarding.metadata.namespace,
        name: regarding.metadata.name,
        uid,
        resourceVersion,
      },
    };
  }

  /** The object's name, cut so that the result is a valid name, and 13 random hexadecimal digits. */
  #chooseName(regarding: string): string {
    const suffix = Math.floor(this.#options.random() * 2 ** 52)
      .toString(16)
      .padStart(13, '0');
    return `${regarding.slice(0, maxNameLength - suffix.length - 1).replace(/[^a-z0-9]+$/, '')}.${suffix}`;
  }
}

/** The API server requires events about cluster-scoped objects to be in `default`. */
function namespaceOf({ metadata: { namespace = '' } }: KubeObject): string {
  return namespace === '' ? 'default' : namespace;
}

/** Cuts a note to its limit in bytes, but never inside a character. */
function cutNote(note: string): string {
  const bytes = Buffer.from(note, 'utf8');
  if (bytes.length <= maxNoteBytes) return note;
  const ellipsis = '…';
  let end = maxNoteBytes - Buffer.byteLength(ellipsis);
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end) + ellipsis;
}
