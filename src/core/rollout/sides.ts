import type { DesiredObject, DesiredState } from '../objects/desired.ts';
import type { Tracked } from '../objects/inventory.ts';
import type { PlannedObject, Side } from './change-plan.ts';
import { type StagePlace, objectsIn, sideOfTracked, trackedIn } from './stages.ts';

/** What the plan of a stage is made of, beside what is in force there. */
export interface WantedSide {
  /** What the blueprint says now, and the digest of its revision. */
  wanted: DesiredState;
  revision: string;
  tracked: readonly Tracked[];
  environmentOf: (tracked: Tracked) => string | undefined;
}

/**
 * What a change leads from and to in one stage. Where nobody knows what is in force, it leads from what is there.
 *
 * @param state what the revision in force compiles to; undefined where none is, or it cannot be used
 */
export function sidesOf(
  place: StagePlace,
  state: DesiredState | undefined,
  { wanted, revision, tracked, environmentOf }: WantedSide,
): { before: Side<PlannedObject>; after: Side<DesiredObject> } {
  const objects = objectsIn(wanted, place);
  const here = new Set(objects.map(({ id }) => id));
  const ids = new Set(wanted.objects.map(({ id }) => id));
  // What another environment has from now on is not deleted.
  const stays = ({ id }: { id: string }): boolean => here.has(id) || !ids.has(id);
  const before: Side<PlannedObject> =
    state === undefined
      ? sideOfTracked(trackedIn(tracked, place, environmentOf).filter(stays))
      : { revision: place.inForce?.digest ?? '', objects: objectsIn(state, place).filter(stays) };
  return { before, after: { revision, objects } };
}
