import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** In milliseconds. Node looks for connections that are over their time every half minute, if nobody says otherwise. */
const TIMEOUTS = { requestTimeout: 5000, keepAliveTimeout: 5000, connectionsCheckingInterval: 1000 };

/** A running health endpoint. */
export interface HealthServer {
  /** `host:port` that it listens on. */
  readonly address: string;
  close(): Promise<void>;
}

/** Splits `host:port` or `:port`, as Flux's controllers take it. Throws where the port is none. */
export function parseAddress(text: string): { host?: string; port: number } {
  const match = /^(?<host>.*):(?<port>\d{1,5})$/.exec(text);
  const port = Number(match?.groups?.['port'] ?? NaN);
  if (!(port >= 0 && port <= 65535))
    throw new Error(`the address ${JSON.stringify(text)} is not of the form host:port`);
  const host = (match?.groups?.['host'] ?? '').replace(/^\[(.*)\]$/, '$1');
  // Without a host Node listens on every address, IPv6 and IPv4, or IPv4 alone where there is no other.
  return host === '' ? { port } : { host, port };
}

/**
 * Serves `/healthz` (the process runs) and `/readyz` (all local copies are complete) until it is closed. Answers
 * nothing else, takes no input, and holds no connection for longer than five seconds.
 */
export async function startHealthServer(address: string, isReady: () => boolean): Promise<HealthServer> {
  const server = createServer(TIMEOUTS, (request, response) => {
    const path = request.url?.split('?')[0];
    const known = path === '/healthz' || path === '/readyz';
    const healthy = path === '/healthz' || isReady();
    response.writeHead(known ? (healthy ? 200 : 503) : 404, { 'content-type': 'text/plain' });
    response.end(known ? (healthy ? 'ok\n' : 'not ready\n') : 'not found\n');
  });
  await listen(server, parseAddress(address));
  const bound = server.address() as AddressInfo;
  return {
    address: `${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, at: { host?: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
