import type { CompileLimits } from '../core/compile/model/context.ts';
import { parseKey } from '../core/objects/ownership.ts';
import type { ConnectionOptions } from '../kube/http/connection.ts';
import { createReflectorFactory } from '../kube/watch/reflector.ts';
import type { Settings } from '../operator/context/dependencies.ts';
import { createReconcile } from '../operator/reconcile.ts';
import { SharedRoom } from '../operator/bounds/shared-room.ts';
import type { Shard } from '../operator/watch/copies/shard.ts';
import type { WatchLimits } from '../operator/watch/watch-allowance.ts';
import { WatchSet } from '../operator/watch/watch-set.ts';
import type { Change, Reflector, WatchTarget } from '../ports/reflector.ts';
import type { WorkQueue } from '../ports/work-queue.ts';
import { Controller } from '../runtime/controller.ts';
import { FairWorkQueue } from '../runtime/work-queue.ts';
import { ageKeys } from './age-keys.ts';
import { type ApiServer, type ApiServerOptions, connectApiServer } from './api-server.ts';
import { ForkedExpressions } from './cel/forked-expressions.ts';
import { ForkedCompiler } from './compile/forked-compiler.ts';

/** Options of {@link assemble}. */
export interface AssemblyOptions extends ApiServerOptions {
  /** How many blueprints are reconciled at a time. */
  concurrent: number;
  /** What the flags set for every blueprint. */
  settings: Settings;
  /** Which blueprints this operator reconciles. */
  shard: Shard;
  /** What the flags allow blueprints to take. */
  bounds: Bounds;
}

/** What blueprints may take of the operator and of the cluster. */
export interface Bounds {
  /** What one blueprint may ask for. */
  limits: Partial<CompileLimits>;
  watches: WatchLimits;
  /** What the local copies of objects may take together, in bytes. */
  cacheBytes: number;
}

/** The parts of a running operator, wired to each other. */
export interface Assembly extends ApiServer {
  /** Closed until this process may reconcile. */
  queue: WorkQueue;
  watches: WatchSet;
  controller: Controller;
  /** Starts a watch of its own; it ends with {@link Assembly.stop}. */
  startWatch(target: WatchTarget, onChange: (change: Change) => void): Reflector;
  /** Ends every watch that was started, and the processes beside this one. */
  stop(): Promise<void>;
}

/** Wires the parts together; nothing is sent or started yet. */
export function assemble(config: ConnectionOptions['config'], options: AssemblyOptions): Assembly {
  const { clock, logger, concurrent, settings, shard, bounds, metrics } = options;
  const apiServer = connectApiServer(config, options);
  const { transport, discovery, cluster, events } = apiServer;
  const queue = new FairWorkQueue({ clock, random: Math.random, metrics: metrics?.queue, closed: true });
  const room = new SharedRoom(bounds.cacheBytes);
  const createReflector = createReflectorFactory({ transport, clock, random: Math.random, logger, room });
  const expressions = new ForkedExpressions(logger);
  const compiler = new ForkedCompiler({ logger, clock });
  const running = new Set<Reflector>();
  const startWatch: Assembly['startWatch'] = (target, onChange) => {
    const reflector = createReflector(target);
    running.add(reflector);
    void reflector.stopped.then(() => running.delete(reflector));
    reflector.start(onChange);
    return reflector;
  };
  const stop = async (): Promise<void> => {
    expressions.close();
    compiler.close();
    await Promise.all([...running].map((reflector) => reflector.stop()));
  };
  const watches = new WatchSet({
    ...{ discovery, queue, clock, logger, shard, startWatch },
    defaultServiceAccount: settings.defaultServiceAccount,
    limits: bounds.limits,
    watchLimits: bounds.watches,
    onLeft: (key) => {
      controller.abandon(key);
    },
  });
  const controller = new Controller({
    name: 'fluxblueprint',
    queue,
    workers: concurrent,
    reconcile: createReconcile({
      ...{ settings, cluster, cache: watches, events, clock, logger, ageKeys, expressions, compiler },
      metrics: metrics?.blueprints,
    }),
    logger,
    clock,
    describe: (key) => ({ FluxBlueprint: parseKey(key) }),
    onReconciled: metrics?.controller.onReconciled,
  });
  metrics?.controller.follow(controller);
  return { ...apiServer, queue, watches, controller, startWatch, stop };
}
