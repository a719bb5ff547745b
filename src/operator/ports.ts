import type { KubeObject, ObjectRef } from '../api/object.ts';
import type { CompileContext } from '../core/context.ts';
import type { AgeKeys } from '../ports/age-keys.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { EventRecorder } from '../ports/event-recorder.ts';
import type { Expressions } from '../ports/expressions.ts';
import type { Logger } from '../ports/logger.ts';

/** The local copies that a reconcile reads instead of asking the cluster. */
export interface Views {
  /** A blueprint; undefined when there is none. */
  blueprint(namespace: string, name: string): KubeObject | undefined;
  /** A generated object, whoever's blueprint it belongs to; undefined when it is not there or lacks our label. */
  generated(ref: ObjectRef): KubeObject | undefined;
  /**
   * What keeps the operator from making objects of a kind, in words: its CRD, or the watch of it, which begins with
   * this question. Undefined where nothing does.
   */
  lacks(ref: ObjectRef): string | undefined;
  /** Puts the answer of our own write into the copies. */
  assume(object: KubeObject): void;
  /** What the compiler must know of the cluster. The same object for as long as nothing changes. */
  context(): CompileContext;
}

/** What a reconcile needs. */
export interface ReconcileDependencies {
  cluster: Cluster;
  views: Views;
  events: EventRecorder;
  clock: Clock;
  logger: Logger;
  ageKeys: AgeKeys;
  expressions: Expressions;
  /** Requests in flight for one blueprint. Default: 16. */
  concurrency?: number;
}
