import type { KubeObject } from '../../api/object.ts';
import type { DesiredObject } from '../objects/desired.ts';
import { findDrift } from '../objects/drift.ts';
import type { Tracked } from '../objects/inventory.ts';

/** What is known of the last application of an object. */
export interface Applied {
  /** Digest of the manifest that was applied. */
  digest: string;
  /** Drift that the application itself left, joined: what the API server changes back is not worth another try. */
  residue: string;
  /** The manifest, where this very process applied it. */
  manifest?: KubeObject;
}

/** What the planner sees of the world. */
export interface Observation {
  tracked: readonly Tracked[];
  /** The live object, from the local copy. */
  live: (object: DesiredObject) => KubeObject | undefined;
  /** What was applied last, where that is known. */
  applied: (id: string) => Applied | undefined;
  /** Digest of a desired object's manifest. */
  digest: (object: DesiredObject) => string;
  /** What the cluster lacks to take such an object, in words. */
  lacks: (object: DesiredObject) => string | undefined;
  /** What of others an object still waits for, in words. Asked only for objects that were never created. */
  unreadyExternal: (object: DesiredObject) => readonly string[];
  /** Whether somebody else has such an object, which is as good as ours: a namespace. */
  satisfied: (id: string) => boolean;
  /** The environment of what is tracked and no longer desired. */
  environmentOf: (tracked: Tracked) => string | undefined;
}

/** Why an object is applied. */
export type Cause = 'create' | 'update' | 'drift';

/** An object to apply. */
export interface Application {
  /** As it is applied: what an environment waits with is put back as it was applied last. */
  object: DesiredObject;
  cause: Cause;
  /** Paths that drifted, where the cause is drift. */
  drift: readonly string[];
}

/** What has to be applied to make a live object as desired; undefined where nothing has. */
export function compareLive(
  object: DesiredObject,
  live: KubeObject,
  observation: Observation,
): Application | undefined {
  const drift = findDrift(object.manifest, live);
  const applied = observation.applied(object.id);
  if (applied?.digest !== observation.digest(object)) return { object, cause: 'update', drift };
  if (drift.length === 0 || drift.join() === applied.residue) return undefined;
  return { object, cause: 'drift', drift };
}
