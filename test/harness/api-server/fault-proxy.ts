import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { KubeConfig, type User } from '@kubernetes/client-node';

/** What the proxy does to one request instead of forwarding it, or to the answer while forwarding it. */
export type Fault =
  /** Answers itself; an object body is sent as JSON. */
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: unknown }
  /** Resets the connection before any answer. */
  | { kind: 'reset' }
  /** Keeps the connection open and never answers. */
  | { kind: 'hang' }
  /** Forwards after `ms` milliseconds. */
  | { kind: 'delay'; ms: number }
  /** Forwards when `until` resolves; hangs as long. */
  | { kind: 'hold'; until: Promise<unknown> }
  /** Forwards, and resets the connection in place of the answer: what was asked for has happened. */
  | { kind: 'lose' }
  /** Forwards the first `bytes` of the answer's body, then resets the connection. */
  | { kind: 'cut'; bytes: number }
  /** Forwards the first `bytes` of the answer's body, then ends it as if it were whole. */
  | { kind: 'end'; bytes: number }
  /** Forwards the first `bytes` of the answer's body, then says nothing more: half-open. */
  | { kind: 'stall'; bytes: number };

/** A request as a script sees it. */
export interface SeenRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: http.IncomingHttpHeaders;
  isWatch: boolean;
}

/** Decides what happens to a request; undefined forwards it untouched. */
export type Script = (request: SeenRequest) => Fault | undefined;

interface Upstream {
  origin: URL;
  agent: https.Agent;
  /** What the kubeconfig's user is known by beside its certificate. */
  headers: http.OutgoingHttpHeaders;
}

/** Stands on loopback between a client and an API server, and breaks what its script says. */
export class FaultProxy {
  /** What happens to each request from now on. */
  script: Script = () => undefined;
  /** Every request so far. */
  readonly seen: SeenRequest[] = [];
  /** The bytes of all bodies so far: those of requests, and those of answers and watches. */
  readonly traffic = { sent: 0, received: 0 };
  readonly #server: http.Server;
  readonly #upstream: Upstream;
  readonly #hanging = new Set<Socket>();
  readonly #open = new Set<http.ServerResponse>();
  readonly #delays = new Set<NodeJS.Timeout>();
  #sockets = 0;

  private constructor(upstream: Upstream) {
    this.#upstream = upstream;
    this.#server = http.createServer((request, response) => {
      this.#handle(request, response);
    });
    this.#server.on('connection', () => this.#sockets++);
  }

  /** Starts a proxy in front of the API server of a kubeconfig, which it talks to as that kubeconfig's user. */
  static async start(kubeconfigPath: string): Promise<FaultProxy> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfigPath);
    const [cluster, user] = [config.getCurrentCluster(), config.getCurrentUser()];
    if (cluster === null || user === null) throw new Error('the kubeconfig has no current cluster or user');
    const agent = new https.Agent({
      keepAlive: true,
      ca: readPem(cluster.caFile, cluster.caData),
      cert: readPem(user.certFile, user.certData),
      key: readPem(user.keyFile, user.keyData),
    });
    const proxy = new FaultProxy({ origin: new URL(cluster.server), agent, headers: authorize(user) });
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** A kubeconfig whose cluster is this proxy. */
  get config(): KubeConfig {
    const { port } = this.#server.address() as AddressInfo;
    const config = new KubeConfig();
    const cluster = { name: 'proxy', server: `http://127.0.0.1:${port}`, skipTLSVerify: true };
    config.loadFromClusterAndUser(cluster, { name: 'proxy' });
    return config;
  }

  /** How many connections were opened to the proxy. */
  get connections(): number {
    return this.#sockets;
  }

  /** How many watches are open now. */
  get openWatches(): number {
    return this.#open.size;
  }

  /** Resets every open watch. */
  cutWatches(): void {
    for (const response of this.#open) response.socket?.resetAndDestroy();
  }

  /** Ends every open watch as the server does when its time is over. */
  endWatches(): void {
    for (const response of this.#open) response.end();
  }

  /** Resets the connections of every request that was left hanging. */
  resetHanging(): void {
    for (const socket of this.#hanging) socket.resetAndDestroy();
    this.#hanging.clear();
  }

  /** The requests so far to a path, lists and watches apart. */
  requestsTo(path: string, kind: 'list' | 'watch'): SeenRequest[] {
    return this.seen.filter((request) => request.path === path && request.isWatch === (kind === 'watch'));
  }

  /** Ends the proxy and every connection through it. A request that is delayed is not forwarded any more. */
  async close(): Promise<void> {
    for (const delay of this.#delays) clearTimeout(delay);
    this.#server.closeAllConnections();
    this.#upstream.agent.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #handle(request: http.IncomingMessage, response: http.ServerResponse): void {
    const seen = describeRequest(request);
    this.seen.push(seen);
    const fault = this.script(seen);
    if (fault === undefined || fault.kind === 'lose' || 'bytes' in fault) {
      this.#forward(request, response, seen, fault);
      return;
    }
    switch (fault.kind) {
      case 'reset':
        request.socket.resetAndDestroy();
        break;
      case 'hang':
        this.#hanging.add(request.socket);
        break;
      case 'answer':
        answer(response, fault);
        break;
      case 'delay': {
        const delay = setTimeout(() => {
          this.#delays.delete(delay);
          this.#forward(request, response, seen);
        }, fault.ms);
        this.#delays.add(delay);
        break;
      }
      case 'hold':
        this.#hanging.add(request.socket);
        void fault.until.then(() => {
          if (this.#hanging.delete(request.socket)) this.#forward(request, response, seen);
        });
    }
  }

  #forward(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    { isWatch }: SeenRequest,
    fault?: Extract<Fault, { bytes: number } | { kind: 'lose' }>,
  ): void {
    const { origin, agent, headers: own } = this.#upstream;
    const headers = { ...request.headers, ...own, host: origin.host };
    const onward = https.request(new URL(request.url ?? '/', origin), {
      agent,
      method: request.method,
      headers,
    });
    if (isWatch) this.#open.add(response);
    response.on('close', () => {
      this.#open.delete(response);
      onward.destroy();
    });
    onward.on('error', () => request.socket.destroy());
    onward.on('response', (incoming) => {
      if (fault?.kind === 'lose') {
        incoming.resume().on('end', () => request.socket.resetAndDestroy());
        return;
      }
      response.writeHead(incoming.statusCode ?? 502, incoming.headers);
      response.flushHeaders();
      incoming.on('data', (chunk: Buffer) => (this.traffic.received += chunk.length));
      pipe(incoming, response, fault);
    });
    request.on('data', (chunk: Buffer) => (this.traffic.sent += chunk.length));
    request.pipe(onward);
  }
}

function describeRequest({ method = 'GET', url = '/', headers }: http.IncomingMessage): SeenRequest {
  const { pathname, searchParams } = new URL(url, 'http://proxy');
  return {
    method,
    path: pathname,
    query: searchParams,
    headers,
    isWatch: searchParams.get('watch') === 'true',
  };
}

function answer(response: http.ServerResponse, fault: Extract<Fault, { kind: 'answer' }>): void {
  const body = typeof fault.body === 'string' ? fault.body : `${JSON.stringify(fault.body ?? {})}\n`;
  response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers }).end(body);
}

function pipe(
  incoming: http.IncomingMessage,
  response: http.ServerResponse,
  fault?: Extract<Fault, { bytes: number }>,
) {
  let left = fault?.bytes ?? Infinity;
  incoming.on('data', (chunk: Buffer) => {
    if (left <= 0) return;
    const part = chunk.subarray(0, Math.min(left, chunk.length));
    left -= part.length;
    response.write(part, () => {
      if (left > 0) return;
      if (fault?.kind === 'cut') response.socket?.resetAndDestroy();
      if (fault?.kind === 'end') response.end();
    });
  });
  incoming.on('end', () => {
    if (left > 0) response.end();
  });
  incoming.on('error', () => response.destroy());
}

function authorize({ token }: User): http.OutgoingHttpHeaders {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** Undefined where there is none: a user may have a token instead. */
function readPem(file: string | undefined, data: string | undefined): Buffer | undefined {
  if (file !== undefined && file !== '') return readFileSync(file);
  return data === undefined || data === '' ? undefined : Buffer.from(data, 'base64');
}
