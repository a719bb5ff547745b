import type { OperatorOptions } from '../cli/operator.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { startHealthServer } from './http/health-server.ts';
import type { FluxBlueprintHost } from './host.ts';
import type { HttpServer } from './http/http-server.ts';
import type { OperatorMetrics } from './metrics/operator-metrics.ts';
import { startMetricsServer } from './http/metrics-server.ts';
import { VERSION } from './version.ts';

/** What the operator listens on. */
export interface Endpoints {
  readonly healthAddr: string | undefined;
  readonly metricsAddr: string | undefined;
  close(): Promise<void>;
}

/** What {@link openEndpoints} needs. */
export interface EndpointsOptions {
  options: OperatorOptions;
  host: FluxBlueprintHost;
  metrics: OperatorMetrics | undefined;
  clock: Clock;
  logger: Logger;
}

/** The metrics, where anybody can ask for them. Their library is loaded only then. */
export async function createMetrics(
  { metricsAddr, concurrent }: OperatorOptions,
  clock: Clock,
): Promise<OperatorMetrics | undefined> {
  if (metricsAddr === '0') return undefined;
  const { OperatorMetrics } = await import('./metrics/operator-metrics.ts');
  return new OperatorMetrics({ clock, version: VERSION, concurrent });
}

/** Opens the health endpoint and that of the metrics, each where it is asked for. Rejects, with neither open, where one cannot be. */
export async function openEndpoints({
  options,
  host,
  metrics,
  clock,
  logger,
}: EndpointsOptions): Promise<Endpoints> {
  const { healthAddr, metricsAddr, metricsSecure, metricsCertDir, metricsInsecureBind } = options;
  const open: HttpServer[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(open.splice(0).map((server) => server.close()));
  };
  const start = async (starting: Promise<HttpServer>): Promise<string> => {
    const server = await starting;
    open.push(server);
    return server.address;
  };
  try {
    const health =
      healthAddr === '0'
        ? undefined
        : await start(
            startHealthServer(
              healthAddr,
              () => host.ready,
              () => host.alive,
            ),
          );
    const exposure = {
      address: metricsAddr,
      secure: metricsSecure,
      certDir: metricsCertDir,
      insecureBind: metricsInsecureBind,
    };
    const transport = (): typeof host.transport => host.transport;
    const shown =
      metrics && (await start(startMetricsServer({ exposure, metrics, transport, clock, logger })));
    return { healthAddr: health, metricsAddr: shown, close };
  } catch (error) {
    await close();
    throw error;
  }
}
