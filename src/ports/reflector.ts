import type { KubeObject } from '../api/object.ts';
import type { ClusterErrorReason, ResourceType } from './cluster.ts';

/** What a local copy holds of an object. Its callers never change the object; they answer another one. */
export interface CopyRules {
  /** What is held while there is room; undefined for an object that is not held. Default: all but managed fields. */
  keep?: (object: KubeObject) => KubeObject | undefined;
  /**
   * What is held of an object that `keep` answered where there is no room for that. It takes a few kilobytes at most,
   * and shows that it is not the whole. Default: there is always room.
   */
  outline?: (object: KubeObject) => KubeObject;
  /** Whether an object may be held whole where there is an outline of it. Default: each may. */
  holdsWhole?: (object: KubeObject) => boolean;
  /** A name by which objects are listed together, told from the object or its outline. Default: none have one. */
  groupOf?: (object: KubeObject) => string | undefined;
}

/** Something that can be released, because it can be made or read again. */
export interface Retained {
  /** Gives up what it holds. */
  release(): void;
}

/** A whole object, held as JSON. */
export interface PackedCopy extends Retained {
  /** About what it takes in memory, in bytes. */
  readonly bytes: number;
  /** The object, made anew each time. */
  unpack(): KubeObject;
  /** The object, while the room holds it unpacked beside the JSON. */
  unpacked: KubeObject | undefined;
}

/** The memory that all local copies of a process share. */
export interface CopyRoom {
  /** The most that one copy may take, in bytes, as {@link PackedCopy.bytes} counts them. */
  readonly largest: number;
  /** Makes room for a copy, and releases others for that. What was given room last keeps it longest. */
  take(copy: PackedCopy): void;
  /** Unpacks a copy, and keeps it so for the next reads while there is room for that. */
  read(copy: PackedCopy): KubeObject;
  /** Gives back the room of a copy, without releasing it. */
  leave(copy: PackedCopy): void;
}

/** What a reflector lists and watches. */
export interface WatchTarget extends CopyRules {
  type: ResourceType;
  /** Only this namespace. Default: all namespaces. */
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  /** Reads metadata only: for types whose content should not be copied, such as Secrets and CRDs. Default: false. */
  metadataOnly?: boolean;
  /** The user to impersonate. Default: the operator itself. */
  as?: string | undefined;
}

/** One change of the local copy. The changes of an object come in the order in which they happened. */
export type Change =
  | { type: 'Added'; object: KubeObject }
  | { type: 'Modified'; object: KubeObject; old: KubeObject }
  /** `object` is the last known state. It may come late, for a deletion that happened while disconnected. */
  | { type: 'Deleted'; object: KubeObject };

/** Some of the objects of a copy. The others are not looked at. */
export interface Selection {
  /** Those in this namespace. Default: all. */
  namespace?: string | undefined;
  /** Those that {@link CopyRules.groupOf} names so. Default: all. */
  group?: string | undefined;
}

/** The local copy of what a reflector watches. Its objects are shared: never change them. */
export interface ObjectStore {
  /** The object of this name; undefined when the copy does not hold it. */
  get(namespace: string | undefined, name: string): KubeObject | undefined;
  /** Whether the copy holds an object of this name. Cheaper than to read it. */
  has(namespace: string | undefined, name: string): boolean;
  /** Every object, or those of one namespace or of one group of the copy's rules. */
  list(which?: Selection): IterableIterator<KubeObject>;
  /** The number of objects. */
  readonly size: number;
  /**
   * Puts the answer to one of our own writes into the copy at once, so that the next read does not see the state before
   * that write. Does nothing when the copy is newer already, and reports no change. Resource versions compare as
   * numbers, as Kubernetes guarantees since 1.35.
   */
  assume(object: KubeObject): void;
}

/** Keeps a local copy of objects up to date until it is stopped. */
export interface Reflector {
  readonly target: WatchTarget;
  readonly store: ObjectStore;
  /** Whether the first list is complete. */
  readonly synced: boolean;
  /** Starts to list and watch. Failures are retried with backoff, forever. `onChange` must not throw. */
  start(onChange: (change: Change) => void): void;
  /** Resolves when the first list is complete; rejects with the signal's reason when aborted. */
  waitForSync(signal?: AbortSignal): Promise<void>;
  /**
   * Lists again, because a watch may lag or hang, and resolves when the copy holds everything that was written before
   * this call. Rejects with the signal's reason when aborted, and with reason Aborted when the reflector is stopped.
   */
  refresh(signal?: AbortSignal): Promise<void>;
  /** The reason of the last failure; undefined after progress. */
  readonly failure: ClusterErrorReason | undefined;
  /** Ends the watch. No change is reported after it resolves. */
  stop(): Promise<void>;
  /** Resolves when the watch was stopped. */
  readonly stopped: Promise<void>;
}

/** Makes reflectors. */
export type ReflectorFactory = (target: WatchTarget) => Reflector;
