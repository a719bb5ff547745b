import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Transport } from '../../kube/http/transport.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { type Admission, AccessGuard } from './access-guard.ts';
import {
  type Handler,
  type HttpServer,
  type KeyPair,
  type Reply,
  isLoopback,
  startHttpServer,
} from './http-server.ts';
import { followKeyPair, readKeyPair } from './certificate-folder.ts';
import type { OperatorMetrics } from '../metrics/operator-metrics.ts';

const PATH = '/metrics';

const compress = promisify(gzip);

/** Where metrics are served, and to whom. */
export interface MetricsExposure {
  /** `host:port` or `:port`. */
  address: string;
  /** By TLS, to whom the API server knows and grants it. */
  secure: boolean;
  /** Folder of the key pair; none for a self-signed one. */
  certDir?: string | undefined;
  /** Whether an address that other machines reach may be served without `secure`. */
  insecureBind: boolean;
}

/** What a metrics server needs. */
export interface MetricsServerOptions {
  exposure: MetricsExposure;
  metrics: Pick<OperatorMetrics, 'contentType' | 'render'>;
  /** The API server, which is asked who may read; undefined while there is no connection. */
  transport: () => Transport | undefined;
  clock: Clock;
  logger: Logger;
}

/**
 * Serves `/metrics` until it is closed. Rejects for an address beyond loopback unless reading is guarded, or it was
 * said in so many words that it need not be: the names of blueprints and namespaces are in it.
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
  const pair = await loadKeyPair(exposure.certDir, clock);
  const server = await startHttpServer(exposure.address, { [PATH]: guarded }, pair);
  const { certDir: folder } = exposure;
  if (folder === undefined) return server;
  const renew = (renewed: KeyPair): void => {
    server.renew(renewed);
  };
  const following = followKeyPair({ folder, current: pair, renew, clock, logger });
  return {
    ...server,
    close: () => {
      following.cancel();
      return server.close();
    },
  };
}

/** The library that makes certificates is loaded only where one has to be made. */
async function loadKeyPair(folder: string | undefined, clock: Clock): Promise<KeyPair> {
  if (folder !== undefined) return readKeyPair(folder);
  const { makeSelfSigned } = await import('./self-signed.ts');
  return makeSelfSigned(clock.now());
}

const REFUSALS: Readonly<Record<Exclude<Admission, 'admitted'>, Reply>> = {
  unauthenticated: { status: 401, body: 'unauthorized\n', headers: { 'www-authenticate': 'Bearer' } },
  forbidden: { status: 403, body: 'forbidden\n' },
  unavailable: { status: 503, body: 'access cannot be checked now\n', headers: { 'retry-after': '5' } },
};

/** Whoever asks while an answer is being made shares it. */
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
