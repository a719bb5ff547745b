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

/** What the lines need. */
export interface LinesOptions {
  logger: Logger;
  clock: Clock;
  /** Names this process in events. */
  instance: string;
  /** The Lease of the leader; without it this process writes from the start. */
  lease?: LeaseTerms | undefined;
  /** Told what is done; default: nobody is. */
  metrics?: OperatorMetrics | undefined;
}

/** The operator's lines to the API server. */
export interface Lines {
  connection: Connection;
  /** Reads, and writes that no lease guards. */
  transport: Transport;
  election: Election | undefined;
  discovery: ApiDiscovery;
  /** Writes only while this process leads, where there is an election. */
  cluster: ApiCluster;
  events: ApiEventRecorder;
}

/** Opens them. Where there is an election, every write passes its fence. */
export function openLines(config: ConnectionOptions['config'], options: LinesOptions): Lines {
  const { clock, logger, instance, lease, metrics } = options;
  const connection = new Connection({ config, clock, version: VERSION });
  const requests = metrics?.requests(config.getCurrentCluster()?.server ?? '');
  const transport = new HttpTransport({ connection, clock, metrics: requests });
  const election = lease && new Election({ config, terms: lease, clock, logger });
  const writer = election?.fence(transport) ?? transport;
  const discovery = new ApiDiscovery(transport);
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
