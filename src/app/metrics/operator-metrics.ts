/**
 * The operator's Prometheus metrics: this file holds the registry, and the others implement the ports that the rest of
 * the program records by, one group of metrics a file. Names and labels are an interface for dashboards and alerts
 * (docs/metrics.md). The room may import the ports, and `core/objects` for the keys of blueprints. Begin here.
 */
import { Gauge, Registry, collectDefaultMetrics } from '@prometheus-io/client';
import type { Clock } from '../../ports/clock.ts';
import type { RequestMetrics } from '../../ports/metrics.ts';
import { BlueprintMeter } from './blueprints.ts';
import { ControllerMeter } from './controller.ts';
import { QueueMeter } from './queue.ts';
import { recordRequests } from './requests.ts';

/** The controller's name in metrics: the kind in lower case, as in Flux's controllers. */
const CONTROLLER = 'fluxblueprint';

/** How often Node samples the delay of its event loop, in milliseconds. Its default of 10 ms costs 0.5% of a core. */
const EVENT_LOOP_PRECISION_MS = 100;

/** Options of {@link OperatorMetrics}. */
export interface MetricsOptions {
  clock: Clock;
  version: string;
  /** Blueprints that are reconciled at a time. */
  concurrent: number;
}

/** The operator's Prometheus metrics, in their own registry. */
export class OperatorMetrics {
  readonly blueprints: BlueprintMeter;
  readonly queue: QueueMeter;
  readonly controller: ControllerMeter;
  readonly #registry = new Registry();

  constructor({ clock, version, concurrent }: MetricsOptions) {
    const registry = this.#registry;
    this.blueprints = new BlueprintMeter(registry, clock);
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

  /** The recorder of requests to the API server at the URL `server`. Call it once. */
  requests(server: string): RequestMetrics {
    return recordRequests(this.#registry, new URL(server).host);
  }

  /** The media type of what {@link render} answers. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics, in Prometheus' text format. */
  render(): Promise<string> {
    return this.#registry.metrics();
  }
}
