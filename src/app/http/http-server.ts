/**
 * Everything that the operator serves by HTTP: probes and metrics. This file is the server that both endpoints share;
 * `health-server.ts` and `metrics-server.ts` are the endpoints; the other files guard the metrics with TLS and access
 * checks. The room may use the ports, the transport to the API server, and the metrics. Begin with the endpoints.
 */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** Limits of slow requests, in milliseconds. By default Node checks connections only every half minute. */
const TIMEOUTS = {
  headersTimeout: 5000,
  requestTimeout: 5000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
};

/** How long a connection may be idle while its answer is being read, in milliseconds. */
const IDLE_MS = 30_000;

/** The most bytes of a request's headers. The bearer token of an identity provider takes about 4 KiB. */
const MAX_HEADER_BYTES = 16 * 1024;

/** More connections than probes and scrapers open. The limit keeps others from using up the file descriptors. */
const MAX_CONNECTIONS = 256;

/** A certificate and its private key, as PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

/** The answer to a request. */
export interface Reply {
  status: number;
  body: string | Buffer;
  /** Default: `text/plain; charset=utf-8`. */
  contentType?: string;
  headers?: Readonly<Record<string, string>>;
}

/** Answers a GET, or a HEAD, of which the server leaves out the body. If it throws, the answer is a 500. */
export type Handler = (request: IncomingMessage) => Reply | Promise<Reply>;

/** A server that listens. */
export interface HttpServer {
  /** The `host:port` that it listens on. */
  readonly address: string;
  /** Uses another certificate for new connections. Throws if its key does not fit. */
  renew(certificate: Certificate): void;
  /** Stops listening, and ends the connections. */
  close(): Promise<void>;
}

/** Splits `host:port` or `:port`, the form that Flux's controllers take. Throws if the port is missing or invalid. */
export function parseAddress(text: string): { host?: string; port: number } {
  const match = /^(?<host>.*):(?<port>\d{1,5})$/.exec(text);
  const port = Number(match?.groups?.['port'] ?? NaN);
  if (!(port >= 0 && port <= 65535))
    throw new Error(`the address ${JSON.stringify(text)} is not of the form host:port`);
  const host = (match?.groups?.['host'] ?? '').replace(/^\[(.*)\]$/, '$1');
  // Without a host Node listens on every address: IPv6 and IPv4, or IPv4 alone if the machine has no IPv6.
  return host === '' ? { port } : { host, port };
}

/** Whether only this machine can reach an address. Throws like {@link parseAddress}. */
export function isLoopback(address: string): boolean {
  const { host = '' } = parseAddress(address);
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Serves paths to GET and HEAD until it is closed, over TLS if it gets a certificate. It reads no request body, closes
 * a connection that stays silent for five seconds, and answers any other request with an error status alone. Rejects
 * if it cannot listen on `address` (`host:port` or `:port`).
 */
export async function startHttpServer(
  address: string,
  routes: Readonly<Record<string, Handler>>,
  certificate?: Certificate,
): Promise<HttpServer> {
  const known = new Map(Object.entries(routes));
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    void respond(known, request, response);
  };
  const options = { ...TIMEOUTS, maxHeaderSize: MAX_HEADER_BYTES };
  // HTTP/1.1 only, like other controllers since the rapid resets of HTTP/2 (CVE-2023-44487).
  const secured = { ...options, ...certificate, minVersion: 'TLSv1.2', handshakeTimeout: 5000 } as const;
  const tls: TlsServer | undefined = certificate && createTlsServer(secured, answer);
  const server: Server = tls ?? createServer(options, answer);
  server.timeout = IDLE_MS;
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, parseAddress(address));
  return {
    address: nameAddress(server.address() as AddressInfo),
    renew: (renewed) => tls?.setSecureContext(renewed),
    close: () => close(server),
  };
}

async function respond(
  routes: ReadonlyMap<string, Handler>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const {
    status,
    body,
    contentType = 'text/plain; charset=utf-8',
    headers,
  } = await answerTo(routes, request);
  const length = Buffer.byteLength(body);
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
    // An unread body must not be taken for the next request.
    ...(hasBody(request) ? { connection: 'close' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function answerTo(routes: ReadonlyMap<string, Handler>, request: IncomingMessage): Promise<Reply> {
  const handler = routes.get(request.url?.split('?')[0] ?? '');
  if (handler === undefined) return { status: 404, body: 'not found\n' };
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { status: 405, body: 'method not allowed\n', headers: { allow: 'GET, HEAD' } };
  try {
    return await handler(request);
  } catch {
    return { status: 500, body: 'internal error\n' };
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
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

function nameAddress({ family, address, port }: AddressInfo): string {
  return `${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
