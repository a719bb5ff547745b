import type { KindRef, KubeObject, ObjectRef } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { CompileContext } from '../../core/compile/model/context.ts';
import type { Enforcement } from '../../core/lint/lint.ts';
import type { Handover } from '../memory/handover.ts';
import type { CompileSettings } from '../memory/compile-cache.ts';
import type { BlueprintKey } from '../../core/objects/ownership.ts';
import type { Deployment } from '../../core/releases/deployment.ts';
import type { Deployer } from '../../core/releases/deployments.ts';
import type { RolloutFlags } from '../../core/rollout/settings.ts';
import type { AgeKeys } from '../../ports/age-keys.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { EventRecorder } from '../../ports/event-recorder.ts';
import type { Expressions } from '../../ports/expressions.ts';
import type { Logger } from '../../ports/logger.ts';
import type { BlueprintMetrics } from '../../ports/metrics.ts';

/** The last failure of Flux to deliver a generated alert. */
export interface UndeliveredAlert {
  /** In Flux's words. */
  note: string;
  /** When it happened, in milliseconds since the epoch. */
  at: number;
}

/** An object that a blueprint refers to and did not make. */
export interface WatchedDependency {
  ref: ObjectRef;
  /** The user whose rights the watch has; undefined for the operator's own. */
  as: string | undefined;
  /** Whether all that the object says is needed; otherwise what tells its readiness. Default: false. */
  whole?: boolean;
}

/** What is known of a stored revision of a blueprint without reading it. */
export interface RevisionOutline {
  name: string;
  uid: string | undefined;
  resourceVersion: string | undefined;
  /** Its number. */
  revision: number;
  /** Its digest, as its annotation says; only a snapshot that has it is used. */
  digest: string;
  /** Where its annotation says that it is in force; undefined where nowhere. */
  inForce: string | undefined;
  /** Who wrote it, by its annotation; undefined where nobody says. */
  author: string | undefined;
}

/** The local copies that a reconcile reads instead of asking the API server. */
export interface Cache {
  /** A blueprint, or its outline where it is too large for the cache; undefined when there is none. */
  blueprint(namespace: string, name: string): KubeObject | undefined;
  /**
   * The last state of a blueprint that went although our finalizer was on it, or left the shard: what a deletion needs
   * of it. Undefined where there is none.
   */
  lost(key: BlueprintKey): KubeObject | undefined;
  /** Says that nothing is to be done any more for a blueprint that was lost. */
  forgetLost(key: BlueprintKey): void;
  /**
   * An object that a blueprint generated, by its labels; undefined where there is none. An object of another blueprint
   * is never answered: whose an object is comes before anything that it says.
   */
  generated(owner: BlueprintKey, ref: ObjectRef): KubeObject | undefined;
  /** The generated objects whose labels name a blueprint. */
  owned(key: BlueprintKey): ObjectRef[];
  /**
   * What keeps the operator from making objects of a kind, in words: its CRD, or the watch of it, which begins when a
   * blueprint uses the kind. Undefined where nothing does.
   */
  lacks(ref: ObjectRef): string | undefined;
  /** Whether an account is there; undefined where the operator may not see accounts, or does not yet. */
  account(namespace: string, name: string): boolean | undefined;
  /** The last failure of Flux to deliver a generated alert; undefined where none is known. */
  undelivered(alert: ObjectRef): UndeliveredAlert | undefined;
  /**
   * An object that deploys what an object of a blueprint deploys, to the same place, and is not that blueprint's: one
   * that another blueprint of its namespace made, or a HelmRelease of that namespace that no blueprint made. Nothing of
   * other namespaces is ever answered. Undefined where none is known.
   */
  otherDeployer(blueprint: BlueprintKey, ref: ObjectRef, deployment: Deployment): Deployer | undefined;
  /** A number that changes with what objects deploy: while it stays the same, what shares nothing shares nothing. */
  deployments(): number;
  /** Says of which kinds a blueprint (`namespace/name`) generates objects, so that these are watched. */
  use(key: string, kinds: readonly KindRef[]): void;
  /** Says what a blueprint (`namespace/name`) refers to and did not make, so that it is watched; nothing ends that. */
  follow(key: string, dependencies: readonly WatchedDependency[]): void;
  /** What is followed, as it is; undefined where that is not known, for it may not be seen or was not listed yet. */
  see(dependency: WatchedDependency): { live: KubeObject | undefined } | undefined;
  /**
   * The stored revisions that a blueprint of this uid owns; undefined where the operator cannot see any, or does not
   * yet.
   */
  revisions(namespace: string, uid: string | undefined): RevisionOutline[] | undefined;
  /** Says that this process deletes a stored revision, so that nobody is woken by that. */
  expectDeletion(uid: string): void;
  /** Puts the answer of our own write into the copies. */
  assume(object: KubeObject): void;
  /** What the compiler must know of the cluster. The same object for as long as nothing changes. */
  context(): CompileContext;
}

/** A blueprint to be compiled. It is read when its turn comes, so that those that wait take no memory. */
export interface CompileRequest {
  key: BlueprintKey;
  /** Reads the blueprint; undefined where it is gone. */
  read: () => Promise<Blueprint | undefined>;
  context: CompileContext;
}

/** Compiles where it can be stopped. Whatever tenants wrote costs bounded time and memory, and blocks nothing. */
export interface Compiler {
  /**
   * Compiles a blueprint in another process, one at a time; namespaces take turns. A blueprint that takes too much is
   * refused by the problem `too-expensive`. The next one has its turn when the verdict was taken.
   *
   * @returns the verdict; never rejects
   */
  compile(request: CompileRequest): Promise<Handover>;
  /** Ends the process; what waits for it fails. */
  close(): void;
}

/** What the operator's flags say of every blueprint. */
export interface Settings extends CompileSettings {
  /** What changes have to pass, whatever blueprints ask for. Default: nothing. */
  rollout?: RolloutFlags;
  /** The least that `policy.antiPatterns` can be. Default: Disabled, so that the blueprint decides. */
  antiPatterns?: Enforcement | undefined;
}

/** What a reconcile needs. */
export interface ReconcileDependencies {
  settings: Settings;
  cluster: Cluster;
  cache: Cache;
  events: EventRecorder;
  clock: Clock;
  logger: Logger;
  ageKeys: AgeKeys;
  expressions: Expressions;
  compiler: Compiler;
  metrics?: BlueprintMetrics | undefined;
  /** Requests in flight for one blueprint. Default: 16. */
  concurrency?: number;
}
