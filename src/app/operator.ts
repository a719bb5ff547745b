import { hostname } from 'node:os';
import type { OperatorOptions } from '../cli/operator.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { type Endpoints, createMetrics, openEndpoints } from './endpoints.ts';
import type { AssemblyOptions } from './assembly.ts';
import { FluxBlueprintHost } from './host.ts';
import { exposeCollector } from './isolation/collector.ts';
import { toLeaseTerms } from './lease-terms.ts';
import { changeLevelOnSignals } from './logging/log-level.ts';
import { createLogger } from './logging/logging.ts';
import { collectWhileQuiet } from './quiet-heap.ts';
import { VERSION } from './version.ts';

/** Signals that stop the operator gracefully; a second one ends the process at once. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The interval of the timer that keeps the process alive, in milliseconds. */
const ALIVE_MS = 60_000;

/** Runs the operator until a signal ends it. Rejects if it cannot start, and when it loses leadership. */
export async function runOperator(options: OperatorOptions): Promise<void> {
  const started = performance.now();
  const logger = createLogger({ level: options.logLevel, encoding: options.logEncoding });
  const restoreSignals = changeLevelOnSignals(logger, options.logLevel);
  const metrics = await createMetrics(options, systemClock);
  const host = createHost({
    logger,
    clock: systemClock,
    metrics,
    concurrent: options.concurrent,
    instance: `${hostname()}-${process.pid}`,
    settings: settingsOf(options),
    bounds: {
      limits: { blueprintBytes: options.maxBlueprintBytes, kinds: options.maxKindsPerBlueprint },
      watches: { perBlueprint: options.maxWatchesPerBlueprint, total: options.maxWatches },
      cacheBytes: options.maxCacheBytes,
    },
    shard: { shardKey: options.shardKey, namespaces: options.watchNamespaces },
    lease: options.leaderElect ? toLeaseTerms(options) : undefined,
  });
  const ended = endOnSignal();
  // No timer of ours keeps the process alive: without a connection and an endpoint it would end by itself.
  const alive = setInterval(() => undefined, ALIVE_MS);
  let endpoints: Endpoints | undefined;
  try {
    endpoints = await openEndpoints({ options, host, metrics, clock: systemClock, logger });
    const { healthAddr, metricsAddr } = endpoints;
    logger.info('starting', { version: VERSION, healthAddr, metricsAddr });
    await Promise.race([startHost(host), ended]);
    collectWhileQuiet(exposeCollector(), systemClock, logger);
    if (host.ready) {
      const sinceProcessStartMs = Math.round(process.uptime() * 1000);
      logger.info('ready', { ms: Math.round(performance.now() - started), sinceProcessStartMs });
    }
    const lost = host.lost.then((reason) => {
      throw new Error(`leadership is lost: ${reason}`);
    });
    logger.info('stopping', { signal: await Promise.race([ended, lost]) });
  } finally {
    // After a failed start, too: the process does not end while anything is open.
    await host.shutDown();
    await endpoints?.close();
    clearInterval(alive);
    restoreSignals();
  }
  logger.info('stopped');
}

/** What the flags say of every blueprint. */
function settingsOf(options: OperatorOptions): AssemblyOptions['settings'] {
  return {
    defaultServiceAccount: options.defaultServiceAccount,
    requireServiceAccount: options.requireServiceAccount ?? false,
    noCrossNamespaceRefs: !options.crossNamespaceRefs,
    adminNamespaces: options.adminNamespaces ?? [],
    antiPatterns: options.antiPatterns,
    rollout: { requireApproval: options.requireApproval ?? [], maxDeletions: options.maxDeletions },
  };
}

function createHost(options: AssemblyOptions): FluxBlueprintHost {
  try {
    return new FluxBlueprintHost(options);
  } catch (error) {
    throw new Error(`the kubeconfig cannot be read: ${toMessage(error)}`, { cause: error });
  }
}

async function startHost(host: FluxBlueprintHost): Promise<void> {
  try {
    await host.start();
  } catch (error) {
    throw new Error(`the cluster cannot be asked what it serves: ${toMessage(error)}`, { cause: error });
  }
}

function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function endOnSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) {
      process.once(signal, () => {
        for (const other of SIGNALS) {
          process.once(other, () => process.exit(130));
        }
        resolve(signal);
      });
    }
  });
}
