import { Gauge, Registry, collectDefaultMetrics } from '@prometheus-io/client';
import type { Clock } from '../../ports/clock.ts';
import type { RequestMetrics } from '../../ports/metrics.ts';
import { BlueprintMeter } from './blueprints.ts';
import { ControllerMeter } from './controller.ts';
import { QueueMeter } from './queue.ts';
import { measureRequests } from './requests.ts';

/** The controller's name in metrics: the kind in lower case, as for Flux's controllers. */
const CONTROLLER = 'fluxblueprint';

/** How often Node looks how late its event loop is, in milliseconds. Its own 10 ms cost an idle process 0.5% of a core. */
const EVENT_LOOP_PRECISION_MS = 100;

/** Options of {@link OperatorMetrics}. */
export interface MetricsOptions {
  clock: Clock;
  version: string;
  /** Blueprints that are reconciled at a time. */
  concurrent: number;
}

/** The operator's Prometheus metrics, in a registry of their own. */
export class OperatorMetrics {
  readonly blueprints: BlueprintMeter;
  readonly queue: QueueMeter;
  readonly controller: ControllerMeter;
  readonly #registry = new Registry();

  constructor({ clock, version, concurrent }: MetricsOptions) {
    const registry = this.#registry;
    this.blueprints = new BlueprintMeter(registry);
    this.queue = new QueueMeter(registry, CONTROLLER, clock);
    this.controller = new ControllerMeter(registry, CONTROLLER, concurrent);
    const info = new Gauge({
      name: 'fluxblueprint_build_info',
      help: 'The version that runs.',
      labelNames: ['version'],
      registers: [registry],
    });
    info.set({ version }, 1);
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS });
  }

  /** Counts requests to the API server at `server`, a URL. Call it once. */
  requests(server: string): RequestMetrics {
    return measureRequests(this.#registry, new URL(server).host);
  }

  /** The media type of {@link render}. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics as text, in Prometheus' format. */
  render(): Promise<string> {
    return this.#registry.metrics();
  }
}
