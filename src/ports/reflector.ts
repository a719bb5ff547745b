import type { KubeObject } from '../api/object.ts';
import type { ResourceType } from './cluster.ts';

/** What a local copy keeps of an object's managed fields; undefined where it keeps nothing. */
export type KeepManagers = (object: KubeObject) => KubeObject['metadata']['managedFields'];

/** What a reflector lists and watches. */
export interface WatchTarget {
  type: ResourceType;
  /** Only this namespace. Default: all of them. */
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  /** Reads metadata only: for Secrets, ConfigMaps and CRDs, whose content is not ours to hold. */
  metadataOnly?: boolean;
  /** The user to read as, by impersonation. Default: the operator itself. */
  as?: string | undefined;
  /** Default: no managed fields are kept. */
  keepManagers?: KeepManagers;
}

/** One change of the local copy, in the order in which it happened to that object. */
export type Change =
  | { type: 'Added'; object: KubeObject }
  | { type: 'Modified'; object: KubeObject; old: KubeObject }
  /** `object` is the last known state. Also told for deletions that were missed while disconnected. */
  | { type: 'Deleted'; object: KubeObject };

/** The local copy of what a reflector watches. Objects in it are shared: never change them. */
export interface ObjectStore {
  get(namespace: string | undefined, name: string): KubeObject | undefined;
  list(): IterableIterator<KubeObject>;
  readonly size: number;
  /**
   * Puts the answer of our own write into the copy at once, so that the next look does not see the state from
   * before it. Ignored when the copy is already newer; tells no change. (Resource versions compare as numbers,
   * as Kubernetes guarantees since 1.35.)
   */
  assume(object: KubeObject): void;
}

/** Keeps a local copy of objects in step with the cluster until it is stopped. */
export interface Reflector {
  readonly target: WatchTarget;
  readonly store: ObjectStore;
  /** Whether the first list is complete. */
  readonly synced: boolean;
  /** Starts to list and watch. Failures are retried with backoff for ever; `onChange` must not throw. */
  start(onChange: (change: Change) => void): void;
  /** Resolves when the first list is complete; rejects with the signal's reason when aborted. */
  waitForSync(signal?: AbortSignal): Promise<void>;
  /**
   * Lists anew, and resolves when the copy holds all that was written before this call: a watch may lag, or hang.
   * Rejects with the signal's reason when aborted, and with reason Aborted when the reflector is stopped.
   */
  refresh(signal?: AbortSignal): Promise<void>;
  /** Ends the watch; no change is told after it resolves. */
  stop(): Promise<void>;
}

/** Makes reflectors. */
export type ReflectorFactory = (target: WatchTarget) => Reflector;
