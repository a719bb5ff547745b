import { Counter, Gauge, Histogram, type Registry } from '@prometheus-io/client';
import type { Clock } from '../../ports/clock.ts';
import type { QueueMetrics } from '../../ports/metrics.ts';

/** The buckets of controller-runtime, in seconds: from 10 ns to 1000 s, each ten times the one before. */
const BUCKETS = Array.from({ length: 12 }, (_, i) => Number(`1e${i - 8}`));

const labelNames = ['name', 'controller'] as const;

/** The metrics of a work queue, with the names and labels of controller-runtime. */
export class QueueMeter implements QueueMetrics {
  readonly #clock: Clock;
  readonly #labels: { name: string; controller: string };
  readonly #registers: Registry[];
  /** When each key began to wait, and when each was taken, in monotonic milliseconds. */
  readonly #waiting = new Map<string, number>();
  readonly #working = new Map<string, number>();
  readonly #adds: Counter<'name' | 'controller'>;
  readonly #retries: Counter<'name' | 'controller'>;
  readonly #queueDuration: Histogram<'name' | 'controller'>;
  readonly #workDuration: Histogram<'name' | 'controller'>;

  constructor(registry: Registry, controller: string, clock: Clock) {
    this.#clock = clock;
    this.#labels = { name: controller, controller };
    const registers = (this.#registers = [registry]);
    const counter = (name: string, help: string): Counter<'name' | 'controller'> => {
      const made = new Counter({ name, help, labelNames, registers });
      made.inc(this.#labels, 0);
      return made;
    };
    const histogram = (name: string, help: string): Histogram<'name' | 'controller'> =>
      new Histogram({ name, help, labelNames, buckets: BUCKETS, registers });
    this.#adds = counter('workqueue_adds_total', 'Keys that were added to the queue.');
    this.#retries = counter('workqueue_retries_total', 'Keys that came again after a failure.');
    this.#queueDuration = histogram(
      'workqueue_queue_duration_seconds',
      'How long a key waits in the queue before it is taken.',
    );
    this.#workDuration = histogram('workqueue_work_duration_seconds', 'How long the work on a key takes.');
    this.#showQueue();
  }

  added(key: string): void {
    if (this.#waiting.has(key)) return;
    this.#waiting.set(key, this.#clock.monotonic());
    this.#adds.inc(this.#labels);
  }

  retried(): void {
    this.#retries.inc(this.#labels);
  }

  taken(key: string): void {
    const now = this.#clock.monotonic();
    this.#queueDuration.observe(this.#labels, (now - (this.#waiting.get(key) ?? now)) / 1000);
    this.#waiting.delete(key);
    this.#working.set(key, now);
  }

  done(key: string): void {
    const now = this.#clock.monotonic();
    this.#workDuration.observe(this.#labels, (now - (this.#working.get(key) ?? now)) / 1000);
    this.#working.delete(key);
  }

  #showQueue(): void {
    this.#show('workqueue_depth', 'Keys that wait to be taken.', () => this.#waiting.size);
    this.#show(
      'workqueue_unfinished_work_seconds',
      'For how long the keys that are being worked on have been, all together.',
      () => this.#ages().reduce((sum, seconds) => sum + seconds, 0),
    );
    this.#show(
      'workqueue_longest_running_processor_seconds',
      'For how long the key that was taken first of those being worked on has been.',
      () => Math.max(0, ...this.#ages()),
    );
  }

  #show(name: string, help: string, read: () => number): void {
    const gauge: Gauge<'name' | 'controller'> = new Gauge({
      name,
      help,
      labelNames,
      registers: this.#registers,
      collect: () => {
        gauge.set(this.#labels, read());
      },
    });
  }

  #ages(): number[] {
    const now = this.#clock.monotonic();
    return [...this.#working.values()].map((taken) => (now - taken) / 1000);
  }
}
