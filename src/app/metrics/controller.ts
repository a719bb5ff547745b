import { Counter, Gauge, Histogram, type Registry } from '@prometheus-io/client';
import type { Outcome } from '../../ports/outcome.ts';

/** The buckets of controller-runtime, in seconds. */
const BUCKETS = [
  ...[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25,
    1.5,
  ],
  ...[1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60],
];

const RESULTS = ['success', 'error', 'requeue', 'requeue_after'] as const;
type Result = (typeof RESULTS)[number];

/** The workers of a controller. */
export interface Workers {
  /** How many of them run a reconcile now. */
  readonly active: number;
}

/** The metrics of a controller, with the names and labels of controller-runtime. */
export class ControllerMeter {
  readonly #controller: string;
  readonly #reconciles: Counter<'controller' | 'result'>;
  readonly #errors: Counter<'controller'>;
  readonly #seconds: Histogram<'controller'>;
  #workers: Workers = { active: 0 };

  constructor(registry: Registry, controller: string, maxConcurrent: number) {
    const registers = [registry];
    const labelNames = ['controller'] as const;
    this.#controller = controller;
    this.#reconciles = new Counter({
      name: 'controller_runtime_reconcile_total',
      help: 'Reconciles by result: success, error, requeue or requeue_after.',
      labelNames: ['controller', 'result'],
      registers,
    });
    for (const result of RESULTS) this.#reconciles.inc({ controller, result }, 0);
    this.#errors = new Counter({
      name: 'controller_runtime_reconcile_errors_total',
      help: 'Reconciles that failed and are retried.',
      labelNames,
      registers,
    });
    this.#errors.inc({ controller }, 0);
    this.#seconds = new Histogram({
      name: 'controller_runtime_reconcile_time_seconds',
      help: 'How long a reconcile takes.',
      labelNames,
      buckets: BUCKETS,
      registers,
    });
    const limit = new Gauge({
      name: 'controller_runtime_max_concurrent_reconciles',
      help: 'How many reconciles may run at a time.',
      labelNames,
      registers,
    });
    limit.set({ controller }, maxConcurrent);
    const active: Gauge<'controller'> = new Gauge({
      name: 'controller_runtime_active_workers',
      help: 'How many reconciles run now.',
      labelNames,
      registers,
      collect: () => {
        active.set({ controller }, this.#workers.active);
      },
    });
  }

  /** Reads the number of active workers from `workers` at each scrape. */
  follow(workers: Workers): void {
    this.#workers = workers;
  }

  /** Records a reconcile that took `ms` milliseconds. The controller calls it after each one. */
  readonly onReconciled = (_key: string, outcome: Outcome, ms: number): void => {
    const controller = this.#controller;
    this.#reconciles.inc({ controller, result: resultOf(outcome) });
    if (outcome.kind === 'failed') this.#errors.inc({ controller });
    this.#seconds.observe({ controller }, ms / 1000);
  };
}

/** Counts like Flux's controllers: a stalled reconcile is not an error, because it is not retried. */
function resultOf(outcome: Outcome): Result {
  switch (outcome.kind) {
    case 'failed':
      return 'error';
    case 'stalled':
      return 'success';
    case 'done':
    case 'waiting':
      return outcome.requeueAfterMs === undefined ? 'success' : 'requeue_after';
  }
}
