import { Connection, type ConnectionOptions } from '../kube/http/connection.ts';
import { FencedTransport } from '../kube/lease/fence.ts';
import { LeaseElector, type LeaseTerms } from '../kube/lease/elector.ts';
import { createReflectorFactory } from '../kube/watch/reflector.ts';
import { HttpTransport, type Transport } from '../kube/http/transport.ts';
import type { Clock } from '../ports/clock.ts';
import type { LeaderElector } from '../ports/leader.ts';
import type { Logger } from '../ports/logger.ts';
import { VERSION } from './version.ts';

/** Connections for requests of the Lease: there is one request at a time, and a second connection if that hangs. */
const CONNECTIONS = 2;

/** Options of {@link Election}. */
export interface ElectionOptions {
  config: ConnectionOptions['config'];
  terms: LeaseTerms;
  clock: Clock;
  logger: Logger;
}

/**
 * Leader election with a connection of its own, so that other requests cannot delay a renewal, and the fence that lets
 * only the leader write.
 */
export class Election {
  readonly elector: LeaderElector;
  readonly #clock: Clock;
  readonly #connection: Connection;
  #fence: FencedTransport | undefined;

  constructor({ config, terms, clock, logger }: ElectionOptions) {
    this.#clock = clock;
    this.#connection = new Connection({ config, clock, version: VERSION, maxConnections: CONNECTIONS });
    const transport = new HttpTransport({ connection: this.#connection, clock });
    const shared = { transport, clock, random: Math.random, logger };
    this.elector = new LeaseElector({ ...terms, ...shared, reflectors: createReflectorFactory(shared) });
  }

  /** A transport for writes: it sends them over `transport` only while this process leads. */
  fence(transport: Transport): Transport {
    this.#fence = new FencedTransport(transport, this.elector, this.#clock);
    return this.#fence;
  }

  /** Gives up leadership and closes the connection. Call it only when nothing writes any more. */
  async stop(): Promise<void> {
    await this.elector.stop(this.#fence?.drained ?? true);
    await this.#connection.close();
  }
}
