import { GROUP } from '../api/names.ts';
import { ApiCluster } from '../kube/cluster.ts';
import { Connection, type ConnectionOptions } from '../kube/http/connection.ts';
import { ApiDiscovery } from '../kube/discovery.ts';
import { ApiEventRecorder } from '../kube/event-recorder.ts';
import { HttpTransport, type Transport } from '../kube/http/transport.ts';
import type { LeaseTerms } from '../kube/lease/elector.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { Election } from './election.ts';
import type { OperatorMetrics } from './metrics/operator-metrics.ts';
import { VERSION } from './version.ts';

/** Options of {@link connectApiServer}. */
export interface ApiServerOptions {
  logger: Logger;
  clock: Clock;
  /** Names this process in events. */
  instance: string;
  /** The Lease of the leader. Default: there is no election, and this process writes from the start. */
  lease?: LeaseTerms | undefined;
  /** Records the requests. Default: nothing is recorded. */
  metrics?: OperatorMetrics | undefined;
}

/** The operator's connections to the API server, and the clients that use them. */
export interface ApiServer {
  /** What everything but the election shares; to be closed at the end. */
  connection: Connection;
  /** Sends requests whether or not this process leads: for reads, and for writes that need no leadership. */
  transport: Transport;
  /** Undefined where this process writes without an election. */
  election: Election | undefined;
  discovery: ApiDiscovery;
  /** Reads and writes objects. With an election, it writes only while this process leads. */
  cluster: ApiCluster;
  /** Writes events, under the same condition. */
  events: ApiEventRecorder;
}

/** Builds the connections and clients; nothing is sent yet. With an election, every write passes its fence. */
export function connectApiServer(config: ConnectionOptions['config'], options: ApiServerOptions): ApiServer {
  const { clock, logger, instance, lease, metrics } = options;
  const connection = new Connection({ config, clock, version: VERSION });
  const requests = metrics?.requests(config.getCurrentCluster()?.server ?? '');
  const transport = new HttpTransport({ connection, clock, metrics: requests });
  const election = lease && new Election({ config, terms: lease, clock, logger });
  const writer = election?.fence(transport) ?? transport;
  const discovery = new ApiDiscovery(transport, clock);
  const events = new ApiEventRecorder({
    transport: writer,
    clock,
    random: Math.random,
    logger,
    reportingController: `${GROUP}/operator`,
    reportingInstance: instance,
  });
  return { connection, transport, election, discovery, cluster: new ApiCluster(writer, discovery), events };
}
