import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import type { Cluster as ClusterEntry, User } from '@kubernetes/client-node';
import { KubeConfig } from '@kubernetes/client-node';
import { Pool, ProxyAgent, type Dispatcher } from 'undici';
import type { Clock } from '../../ports/clock.ts';
import { ClusterError } from '../../ports/cluster.ts';

/** How long credentials that may change are used before they are read again, in milliseconds. */
const credentialLifetimeMs = 10_000;

/**
 * In milliseconds: longer than the pause between two reconciles, and well below the API server's idle timeout of 90 s.
 */
const idleConnectionMs = 30_000;

/**
 * The probe interval of client-go's dialer, in milliseconds. A dead peer is noticed about 10 s after the first probe.
 */
const tcpKeepAliveMs = 30_000;

/** What a request needs besides its path: the server, the credentials, and the connections. */
export interface Session {
  /** Scheme, host and port of the API server. */
  origin: string;
  /** The prefix of every API path, without a trailing slash; usually empty. */
  basePath: string;
  /** Authorization, User-Agent, and the impersonation of the kubeconfig. */
  headers: Readonly<Record<string, string>>;
  /** For short requests: at most `maxConnections` at the same time; the others wait. */
  requests: Dispatcher;
  /** For watches: each has its own connection, so that it never takes one from the requests. */
  watches: Dispatcher;
}

/** Options of a {@link Connection}. */
export interface ConnectionOptions {
  config: KubeConfig;
  clock: Clock;
  /** The program's version, for the User-Agent `fluxblueprint/<version>`. */
  version: string;
  /** The most requests in flight at the same time, each on its own connection. Default: 16. */
  maxConnections?: number;
}

/**
 * Reads a kubeconfig: from `path` if given, else from where KUBECONFIG points, else from `~/.kube/config`, else from
 * the pod's service account. It may lack its current context. Throws when a file is missing or malformed.
 */
export function readKubeConfig(path?: string): KubeConfig {
  const config = new KubeConfig();
  if (path === undefined) config.loadFromDefault();
  else config.loadFromFile(path);
  return config;
}

/** The same for a context, by default the current one. Throws when that is unknown, too. */
export function loadKubeConfig(options: { path?: string; context?: string } = {}): KubeConfig {
  const config = readKubeConfig(options.path);
  if (options.context !== undefined) config.setCurrentContext(options.context);
  if (config.getCurrentCluster() === null) {
    throw new Error(`the kubeconfig has no cluster for the context "${config.getCurrentContext()}"`);
  }
  return config;
}

/**
 * The connections to one API server under one identity.
 *
 * It supports every kind of credential that client-node knows: client certificates, static tokens, basic
 * authentication, the pod's rotating token file, exec plugins, OIDC, and `as`. Credentials that may change are read
 * from client-node every 10 s and after a 401: that reads a token file again, and runs an exec plugin again when its
 * token has expired. If they cannot be read, the old ones are used until a 401. When certificates or the CA change, new
 * connections use the new ones, while requests in flight and open watches end on the old ones. HTTP(S) proxies
 * (`proxy-url`) are supported; SOCKS is not.
 *
 * It uses HTTP/1.1 on purpose: undici was a quarter slower over HTTP/2, where one lost packet holds up every request.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #cluster: ClusterEntry;
  readonly #rotating: boolean;
  #session: Session | undefined;
  #fingerprint = '';
  #validUntil = -Infinity;
  #refreshing: Promise<Session> | undefined;
  /** Whether the API server has refused the current credentials. */
  #refused = false;
  #closed = false;

  constructor(options: ConnectionOptions) {
    const cluster = options.config.getCurrentCluster();
    if (cluster === null) throw new Error('the kubeconfig has no current cluster');
    this.#options = options;
    this.#cluster = cluster;
    this.#rotating = mayRotate(cluster, options.config.getCurrentUser());
  }

  /**
   * The current session. It is a promise only while credentials are read, and all callers share that promise. Rejects
   * with reason Unauthorized when the credentials cannot be read, and with Aborted once closed.
   */
  open(): Session | Promise<Session> {
    if (this.#session !== undefined && this.#options.clock.monotonic() < this.#validUntil)
      return this.#session;
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  /**
   * Call it when the API server has refused the credentials: those that may change are read again before the next
   * request.
   */
  invalidate(): void {
    if (!this.#rotating) return;
    this.#refused = true;
    this.#validUntil = -Infinity;
  }

  /** Closes every connection at once, and so ends the requests and watches on it. */
  async close(): Promise<void> {
    this.#closed = true;
    const session = this.#session;
    this.#session = undefined;
    await Promise.all([session?.requests.destroy(), session?.watches.destroy()]);
  }

  async #refresh(): Promise<Session> {
    try {
      return this.#adopt(await this.#readCredentials());
    } catch (failure) {
      // Credentials that cannot be read now may still be valid; the API server decides that.
      if (this.#session === undefined || this.#refused) throw failure;
      this.#validUntil = this.#options.clock.monotonic() + credentialLifetimeMs;
      return this.#session;
    }
  }

  #adopt(https: RequestOptions): Session {
    if (this.#closed) throw new ClusterError('Aborted', 'the connection to the API server is closed');
    const tls = pickTls(https);
    const fingerprint = createHash('sha256').update(JSON.stringify(tls)).digest('hex');
    const old = this.#session;
    const rotated = old === undefined || fingerprint !== this.#fingerprint;
    const dispatchers = rotated ? this.#connect(tls) : old;
    const { origin, pathname } = new URL(this.#cluster.server);
    this.#session = {
      origin,
      basePath: pathname.replace(/(?<!\/)\/+$/, ''),
      headers: this.#headersOf(https),
      requests: dispatchers.requests,
      watches: dispatchers.watches,
    };
    this.#fingerprint = fingerprint;
    this.#refused = false;
    this.#validUntil = this.#rotating ? this.#options.clock.monotonic() + credentialLifetimeMs : Infinity;
    if (rotated && old !== undefined) retire(old);
    return this.#session;
  }

  async #readCredentials(): Promise<RequestOptions> {
    const https: RequestOptions = {};
    try {
      await this.#options.config.applyToHTTPSOptions(https);
      await this.#readToken(https);
    } catch (failure) {
      throw new ClusterError('Unauthorized', 'the credentials for the API server cannot be read', {
        cause: failure,
      });
    }
    return https;
  }

  /** client-node keeps the token of a file for a minute of wall-clock time: for hours, if that clock is set back. */
  async #readToken(https: RequestOptions): Promise<void> {
    const provider: unknown = this.#options.config.getCurrentUser()?.authProvider;
    const { tokenFile } = (provider as { config?: { tokenFile?: unknown } } | undefined)?.config ?? {};
    if (typeof tokenFile !== 'string') return;
    const authorization = `Bearer ${await readFile(tokenFile, 'utf8')}`;
    https.headers = Object.assign({}, https.headers, { Authorization: authorization });
  }

  #connect(tls: TlsOptions): Pick<Session, 'requests' | 'watches'> {
    const requests = this.#openDispatcher(tls, this.#options.maxConnections ?? 16);
    return { requests, watches: this.#openDispatcher(tls, null) };
  }

  #openDispatcher(tls: TlsOptions, connections: number | null): Dispatcher {
    const chosen = this.#options.config.createDispatcherOptions(this.#cluster, tls);
    const pool = {
      connections,
      allowH2: false,
      pipelining: 1,
      keepAliveTimeout: idleConnectionMs,
      keepAliveMaxTimeout: idleConnectionMs,
    };
    const connect = { keepAlive: true, keepAliveInitialDelay: tcpKeepAliveMs };
    switch (chosen.type) {
      case 'agent':
      case 'none':
        return new Pool(new URL(this.#cluster.server).origin, { ...pool, connect: { ...tls, ...connect } });
      case 'proxy':
        return new ProxyAgent({ ...pool, uri: chosen.uri, requestTls: tls, connect });
      case 'socks':
        throw new ClusterError('BadRequest', 'the kubeconfig names a SOCKS proxy, which is not supported');
    }
  }

  #headersOf(https: RequestOptions): Record<string, string> {
    const headers: Record<string, string> = { 'user-agent': `fluxblueprint/${this.#options.version}` };
    if (typeof https.auth === 'string') {
      headers['authorization'] = `Basic ${Buffer.from(https.auth).toString('base64')}`;
    }
    for (const [name, value] of Object.entries(https.headers ?? {})) {
      // A token from a file may end with a newline, which is not allowed in a header.
      headers[name.toLowerCase()] = String(value).trim();
    }
    return headers;
  }
}

/** The TLS options among those that client-node fills in. */
type TlsOptions = Pick<
  RequestOptions,
  'ca' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'rejectUnauthorized' | 'servername'
>;

function pickTls({
  ca,
  cert,
  key,
  pfx,
  passphrase,
  rejectUnauthorized,
  servername,
}: RequestOptions): TlsOptions {
  const all = { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function mayRotate(cluster: ClusterEntry, user: User | null): boolean {
  const sources: unknown[] = [cluster.caFile, user?.exec, user?.authProvider, user?.certFile, user?.keyFile];
  return sources.some((source) => source !== undefined && source !== null);
}

/** Closes the connections once the requests and watches on them have ended. */
function retire({ requests, watches }: Session): void {
  for (const dispatcher of [requests, watches]) dispatcher.close().catch(() => undefined);
}
