import { Connection, type ConnectionOptions } from '../kube/http/connection.ts';
import { FencedTransport } from '../kube/lease/fence.ts';
import { LeaseElector, type LeaseTerms } from '../kube/lease/elector.ts';
import { createReflectorFactory } from '../kube/watch/reflector.ts';
import { HttpTransport, type Transport } from '../kube/http/transport.ts';
import type { Clock } from '../ports/clock.ts';
import type { LeaderElector } from '../ports/leader.ts';
import type { Logger } from '../ports/logger.ts';
import { VERSION } from './version.ts';

/** Requests for the Lease that are in flight at a time: one, and another should that hang. */
const CONNECTIONS = 2;

/** What an {@link Election} needs. */
export interface ElectionOptions {
  config: ConnectionOptions['config'];
  terms: LeaseTerms;
  clock: Clock;
  logger: Logger;
}

/** Leader election, and the way for writes that only the leader has. */
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

  /** The transport for everything that writes. */
  fence(transport: Transport): Transport {
    this.#fence = new FencedTransport(transport, this.elector, this.#clock);
    return this.#fence;
  }

  /** Lets leadership go, and closes the connection. Nothing may be written any more when this is called. */
  async stop(): Promise<void> {
    await this.elector.stop(this.#fence?.drained ?? true);
    await this.#connection.close();
  }
}
