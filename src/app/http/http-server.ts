import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** In milliseconds. Node looks for connections that are over their time every half minute, if nobody says otherwise. */
const TIMEOUTS = {
  headersTimeout: 5000,
  requestTimeout: 5000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
};

/** How long a connection may do nothing while an answer is being read from it, in milliseconds. */
const IDLE_MS = 30_000;

/** The most bytes of a request line and its headers: a bearer token of an identity provider takes some 4 KiB. */
const MAX_HEADER_BYTES = 16 * 1024;

/** More than probes and scrapers ever open; whoever opens more is turned away, so that files are left for the rest. */
const MAX_CONNECTIONS = 256;

/** A certificate and its private key, as PEM. */
export interface KeyPair {
  cert: string;
  key: string;
}

/** An answer. */
export interface Reply {
  status: number;
  body: string | Buffer;
  /** Default: `text/plain; charset=utf-8`. */
  contentType?: string;
  headers?: Readonly<Record<string, string>>;
}

/** Answers GET, and HEAD where only the body is left away. */
export type Handler = (request: IncomingMessage) => Reply | Promise<Reply>;

/** A server that listens. */
export interface HttpServer {
  /** `host:port` that it listens on. */
  readonly address: string;
  /** Has new connections use another certificate. Throws when the two do not fit together. */
  renew(pair: KeyPair): void;
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

/** Whether only this machine can reach an address. Throws as {@link parseAddress} does. */
export function isLoopback(address: string): boolean {
  const { host = '' } = parseAddress(address);
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Serves paths to GET and HEAD until it is closed, by TLS where a key pair is given. It takes no request body, holds
 * no silent connection for longer than five seconds, and answers whatever is no such request by a status alone.
 */
export async function startHttpServer(
  address: string,
  routes: Readonly<Record<string, Handler>>,
  pair?: KeyPair,
): Promise<HttpServer> {
  const known = new Map(Object.entries(routes));
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    void respond(known, request, response);
  };
  const options = { ...TIMEOUTS, maxHeaderSize: MAX_HEADER_BYTES };
  // HTTP/1.1 alone, as the field does since the rapid resets of HTTP/2 (CVE-2023-44487).
  const tls: TlsServer | undefined =
    pair && createTlsServer({ ...options, ...pair, minVersion: 'TLSv1.2', handshakeTimeout: 5000 }, answer);
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
    // A body that nobody reads must not be taken for the next request.
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
