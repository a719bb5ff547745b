import type { KubeObject, ObjectRef } from '../../api/object.ts';
import type { DesiredObject } from '../../core/objects/desired.ts';
import { findDrift } from '../../core/objects/drift.ts';
import { isOutline, outlineObject } from '../../core/objects/outline.ts';
import type { Applied } from '../../core/plan/plan.ts';
import { digestContent } from '../bounds/content-digest.ts';
import { weighLive, weighOnce } from '../bounds/weigh-live.ts';

/** The most that is held of one object whose kind is not watched, in bytes. Those of ours take a few kilobytes. */
const LARGEST_SEEN = 32_000;

/** What was last read of an object whose kind is not watched. */
export interface Seen {
  live: KubeObject | undefined;
  /** Whether the object is somebody else's and serves as well as one of ours: a namespace. */
  theirs: boolean;
  /** When it was read, in monotonic milliseconds. */
  at: number;
}

/**
 * What this process knows of the objects that one blueprint generates, by their ids. A restart loses it, which costs
 * work and nothing else.
 */
export class ObjectMemory {
  readonly #applied = new Map<string, Applied>();
  readonly #seen = new Map<string, Seen>();
  readonly #announced = new Map<string, string>();
  readonly #corrected = new Map<string, number>();

  /** What was last applied of an object; undefined where this process does not know. */
  applied(id: string): Applied | undefined {
    return this.#applied.get(id);
  }

  /** Records an apply: the digest of the manifest, the API server's answer, and the time (monotonic milliseconds). */
  recordApplied(object: DesiredObject, digest: string, stored: KubeObject, at: number): void {
    const { id, manifest } = object;
    const residue = findDrift(manifest, stored).join();
    const content = digestContent(stored);
    this.#applied.set(id, { digest, residue, content });
    if (isUnwatched(object.ref)) this.recordSeen(id, { live: stored, theirs: false, at });
  }

  /**
   * Records that a former process applied objects as they are desired now, so that only drift can be left to repair.
   * An object that was recorded more closely keeps its record.
   */
  trustApplied(objects: readonly DesiredObject[], digestOf: (object: DesiredObject) => string): void {
    for (const object of objects) {
      if (this.#applied.has(object.id)) continue;
      this.#applied.set(object.id, { digest: digestOf(object), residue: '' });
    }
  }

  /** What was last read of an object whose kind is not watched. */
  seen(id: string): Seen | undefined {
    return this.#seen.get(id);
  }

  /** Records what was read of an object whose kind is not watched: an outline, where the object is large. */
  recordSeen(id: string, seen: Seen): void {
    const { live } = seen;
    const large = live !== undefined && weighLive(live) > LARGEST_SEEN;
    this.#seen.set(id, large ? withOutline(seen) : seen);
  }

  /** Whether somebody else's object serves in place of ours. */
  isSatisfied(id: string): boolean {
    return this.#seen.get(id)?.theirs === true;
  }

  /** Makes the next reconcile read all unwatched objects again: one of them was not as it was thought to be. */
  expireSeen(): void {
    for (const [id, seen] of this.#seen) this.#seen.set(id, { ...seen, at: -Infinity });
  }

  /** The readiness of its dependencies that an object's controller was last asked to look at. */
  announced(id: string): string | undefined {
    return this.#announced.get(id);
  }

  /** Records the readiness of its dependencies that an object's controller was asked to look at. */
  recordAnnounced(id: string, readiness: string): void {
    this.#announced.set(id, readiness);
  }

  /** When an object was last corrected that somebody else applies too, in monotonic milliseconds. */
  corrected(id: string): number | undefined {
    return this.#corrected.get(id);
  }

  /** Records that an object was corrected at a time (monotonic milliseconds). */
  recordCorrected(id: string, at: number): void {
    this.#corrected.set(id, at);
  }

  /** What the objects take that were read, in bytes. */
  get seenBytes(): number {
    let sum = 0;
    for (const { live } of this.#seen.values()) if (live !== undefined) sum += weighOnce(live);
    return sum;
  }

  /** Gives up what was read of objects, of which outlines stay. */
  release(): void {
    for (const [id, seen] of this.#seen) this.#seen.set(id, withOutline(seen));
  }

  /** Forgets an object, because it is gone or its state is uncertain. */
  forget(id: string): void {
    this.#applied.delete(id);
    this.#seen.delete(id);
    this.#announced.delete(id);
    this.#corrected.delete(id);
  }
}

/** What was seen of an object, with an outline of it. */
function withOutline(seen: Seen): Seen {
  const { live } = seen;
  if (live === undefined || isOutline(live)) return seen;
  return { ...seen, live: outlineObject(live, digestContent(live)) };
}

/** Whether a kind is not watched: the operator may not list the namespaces and ConfigMaps of a whole cluster. */
export function isUnwatched(ref: ObjectRef): boolean {
  return !ref.apiVersion.includes('/');
}
