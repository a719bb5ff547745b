import type { OperatorOptions } from '../cli/operator.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { startHealthServer } from './http/health-server.ts';
import type { FluxBlueprintHost } from './host.ts';
import type { HttpServer } from './http/http-server.ts';
import type { OperatorMetrics } from './metrics/operator-metrics.ts';
import { startMetricsServer } from './http/metrics-server.ts';
import { VERSION } from './version.ts';

/** The addresses that the operator listens on, `host:port`; undefined where it does not. */
export interface Endpoints {
  readonly healthAddr: string | undefined;
  readonly metricsAddr: string | undefined;
  /** Stops listening, and ends the connections. */
  close(): Promise<void>;
}

/** Options of {@link openEndpoints}. */
export interface EndpointsOptions {
  options: OperatorOptions;
  host: FluxBlueprintHost;
  metrics: OperatorMetrics | undefined;
  clock: Clock;
  logger: Logger;
}

/** Creates the metrics, unless the flags turn their endpoint off. Their library is loaded only if they are served. */
export async function createMetrics(
  { metricsAddr, concurrent }: OperatorOptions,
  clock: Clock,
): Promise<OperatorMetrics | undefined> {
  if (metricsAddr === '0') return undefined;
  const { OperatorMetrics } = await import('./metrics/operator-metrics.ts');
  return new OperatorMetrics({ clock, version: VERSION, concurrent });
}

/** Opens the endpoints that the flags ask for. If one cannot be opened, it closes the other and rejects. */
export async function openEndpoints(options: EndpointsOptions): Promise<Endpoints> {
  const open: HttpServer[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(open.splice(0).map((server) => server.close()));
  };
  const finish = async (starting: Promise<HttpServer> | undefined): Promise<string | undefined> => {
    const server = await starting;
    if (server !== undefined) open.push(server);
    return server?.address;
  };
  try {
    const healthAddr = await finish(startHealth(options));
    const metricsAddr = await finish(startMetrics(options));
    return { healthAddr, metricsAddr, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function startHealth({ options: { healthAddr }, host }: EndpointsOptions): Promise<HttpServer> | undefined {
  if (healthAddr === '0') return undefined;
  return startHealthServer(
    healthAddr,
    () => host.ready,
    () => host.alive,
  );
}

function startMetrics(needed: EndpointsOptions): Promise<HttpServer> | undefined {
  const { options, host, metrics, clock, logger } = needed;
  if (metrics === undefined) return undefined;
  const exposure = {
    address: options.metricsAddr,
    secure: options.metricsSecure,
    certDir: options.metricsCertDir,
    insecureBind: options.metricsInsecureBind,
  };
  return startMetricsServer({ exposure, metrics, transport: () => host.transport, clock, logger });
}
