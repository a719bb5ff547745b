import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Transport } from '../../kube/http/transport.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { type Admission, AccessGuard } from './access-guard.ts';
import {
  type Handler,
  type HttpServer,
  type Certificate,
  type Reply,
  isLoopback,
  startHttpServer,
} from './http-server.ts';
import { watchCertificate, readCertificate } from './certificate-folder.ts';
import type { OperatorMetrics } from '../metrics/operator-metrics.ts';

const PATH = '/metrics';

const compress = promisify(gzip);

/** Where metrics are served, and to whom. */
export interface MetricsExposure {
  /** `host:port` or `:port`. */
  address: string;
  /** Whether to serve over TLS, and only to users whom the API server authenticates and grants access. */
  secure: boolean;
  /** Folder of `tls.crt` and `tls.key`. Default: a self-signed certificate. */
  certDir?: string | undefined;
  /** Whether to serve an address that other machines can reach even without `secure`. */
  insecureBind: boolean;
}

/** Options of {@link startMetricsServer}. */
export interface MetricsServerOptions {
  exposure: MetricsExposure;
  metrics: Pick<OperatorMetrics, 'contentType' | 'render'>;
  /** Sends access reviews to the API server; undefined while there is no connection. */
  transport: () => Transport | undefined;
  clock: Clock;
  logger: Logger;
}

/**
 * Serves `/metrics` until it is closed. Metrics hold the names of blueprints and namespaces, so it rejects an address
 * beyond loopback unless `secure` or `insecureBind` is set.
 */
export async function startMetricsServer(options: MetricsServerOptions): Promise<HttpServer> {
  const { exposure, metrics } = options;
  const { address, secure, insecureBind } = exposure;
  if (!secure && !insecureBind && !isLoopback(address))
    throw new Error(
      `the metrics address ${JSON.stringify(address)} is reached from other machines: ` +
        'add --metrics-secure, or --metrics-insecure-bind where a network policy or a proxy guards it',
    );
  const show = toHandler(metrics);
  return secure ? startSecure(options, show) : startHttpServer(address, { [PATH]: show });
}

async function startSecure(options: MetricsServerOptions, show: Handler): Promise<HttpServer> {
  const { exposure, transport, clock, logger } = options;
  const guard = new AccessGuard({ clock, transport, path: PATH });
  const guarded: Handler = async (request) => {
    const admission = await guard.admit(request.headers.authorization);
    return admission === 'admitted' ? show(request) : REFUSALS[admission];
  };
  const current = await loadCertificate(exposure.certDir, clock);
  const server = await startHttpServer(exposure.address, { [PATH]: guarded }, current);
  const { certDir: folder } = exposure;
  if (folder === undefined) return server;
  const renew = (renewed: Certificate): void => {
    server.renew(renewed);
  };
  const watching = watchCertificate({ folder, current, renew, clock, logger });
  return {
    ...server,
    close: () => {
      watching.cancel();
      return server.close();
    },
  };
}

/** Reads the certificate, or makes one. The library for that is loaded only if it is needed. */
async function loadCertificate(folder: string | undefined, clock: Clock): Promise<Certificate> {
  if (folder !== undefined) return readCertificate(folder);
  const { makeSelfSigned } = await import('./self-signed.ts');
  return makeSelfSigned(clock.now());
}

const REFUSALS: Readonly<Record<Exclude<Admission, 'admitted'>, Reply>> = {
  unauthenticated: { status: 401, body: 'unauthorized\n', headers: { 'www-authenticate': 'Bearer' } },
  forbidden: { status: 403, body: 'forbidden\n' },
  unavailable: { status: 503, body: 'access cannot be checked now\n', headers: { 'retry-after': '5' } },
};

/** Renders the metrics. Requests that come while a rendering runs share it. */
function toHandler(metrics: MetricsServerOptions['metrics']): Handler {
  let rendering: Promise<string> | undefined;
  return async ({ headers }) => {
    rendering ??= metrics.render().finally(() => (rendering = undefined));
    const text = await rendering;
    const { contentType } = metrics;
    const varies = { vary: 'accept-encoding' };
    if (!/\bgzip\b/.test(headers['accept-encoding'] ?? ''))
      return { status: 200, body: text, contentType, headers: varies };
    const body = await compress(text);
    return { status: 200, body, contentType, headers: { ...varies, 'content-encoding': 'gzip' } };
  };
}
