import { type KubeObject, OUTLINE } from '../../api/object.ts';
import type { Parent } from '../adoption/find-parent.ts';
import type { DesiredObject } from '../objects/desired.ts';
import { findDrift } from '../objects/drift.ts';
import type { PlannedMove } from '../moves/phases.ts';
import type { Tracked } from '../objects/inventory.ts';

/** What the operator remembers about the last time it applied an object. */
export interface Applied {
  /** The digest of the manifest that was applied. */
  digest: string;
  /** The drift left right after the apply, joined by commas. Applying again would not repair it. */
  residue: string;
  /**
   * The digest of what the object said right after the apply, as outlines have it; undefined where another process
   * applied it.
   */
  content?: string;
}

/** What the planner knows about the cluster and earlier reconciles. */
export interface Observation {
  /** The inventory. */
  tracked: readonly Tracked[];
  /** Reads the live object from the local cache; undefined if it does not exist. */
  live: (object: DesiredObject) => KubeObject | undefined;
  /** Returns what was applied last for an id; undefined if that is not known. */
  applied: (id: string) => Applied | undefined;
  /** Computes the digest of a desired object's manifest. */
  digest: (object: DesiredObject) => string;
  /** Describes what the cluster lacks to accept an object of this kind, e.g. its CRD; undefined if it lacks nothing. */
  lacks: (object: DesiredObject) => string | undefined;
  /** Names the external dependencies that are not ready yet. The planner asks only for objects it never created. */
  unreadyExternal: (object: DesiredObject) => readonly string[];
  /** Whether someone else made an object that serves as well as ours. This happens with namespaces. */
  satisfied: (id: string) => boolean;
  /** Returns the environment of an obsolete object; undefined if it belonged to none. */
  environmentOf: (tracked: Tracked) => string | undefined;
  /**
   * The environments of which nobody knows what is in force there, so that nothing of them may be deleted; undefined
   * stands for what belongs to none.
   */
  held: ReadonlySet<string | undefined>;
  /**
   * Whether objects are to be exactly what the blueprint says, so that fields which former appliers set again go too
   * (`adoption: Adopt`). Default: false.
   */
  exact?: boolean;
  /**
   * In how many milliseconds an object that somebody else applies too may be corrected again; 0 for at once. Default:
   * at once.
   */
  correctableIn?: (id: string) => number;
  /** Obsolete objects whose place a desired one takes, and how far each came. */
  moves: readonly PlannedMove[];
}

/** Why an object is applied. `drift` means that the live object was changed, and the blueprint was not. */
export type Cause = 'create' | 'update' | 'drift';

/** An object to apply. */
export interface Application {
  /** The desired object. */
  object: DesiredObject;
  /** Why. */
  cause: Cause;
  /** The paths that differ in the live object; empty for an object to create. */
  drift: readonly string[];
  /** Who applies the object too; undefined where nobody does. */
  parent?: Parent | undefined;
}

/** Compares a live object with the desired one. Returns what to apply; undefined if nothing is to be done. */
export function compareLive(
  object: DesiredObject,
  live: KubeObject,
  observation: Pick<Observation, 'applied' | 'digest'>,
): Application | undefined {
  const applied = observation.applied(object.id);
  const drift = findDifferences(object, live, applied);
  if (applied?.digest !== observation.digest(object)) return { object, cause: 'update', drift };
  if (drift.length === 0 || drift.join() === applied.residue) return undefined;
  return { object, cause: 'drift', drift };
}

/** Named as drift where an outline shows that the object has changed, but not where. */
const UNKNOWN_PATH = ['a field of an object that is too large to be held'];

/** The drift of an object. What is not held whole is compared with the answer to the last apply by its digest. */
function findDifferences(
  { manifest }: DesiredObject,
  live: KubeObject,
  applied: Applied | undefined,
): readonly string[] {
  const content = live[OUTLINE];
  if (content === undefined) return findDrift(manifest, live);
  return content === applied?.content ? [] : UNKNOWN_PATH;
}
