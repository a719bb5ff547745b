import { type HttpServer, type Reply, startHttpServer } from './http-server.ts';

const OK: Reply = { status: 200, body: 'ok\n' };

/**
 * Serves `/healthz` (no reconcile hangs) and `/readyz` (all local copies are complete) until it is closed. A process
 * whose event loop hangs answers nothing, which fails a probe as well. Rejects if it cannot listen on `address`.
 */
export function startHealthServer(
  address: string,
  isReady: () => boolean,
  isAlive: () => boolean = () => true,
): Promise<HttpServer> {
  return startHttpServer(address, {
    '/healthz': () => (isAlive() ? OK : { status: 500, body: 'a reconcile hangs\n' }),
    '/readyz': () => (isReady() ? OK : { status: 503, body: 'not ready\n' }),
  });
}
