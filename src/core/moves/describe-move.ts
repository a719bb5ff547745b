import { displayName, objectId, type ObjectRef } from '../../api/object.ts';
import { clip } from '../values/truncate.ts';

/** The longest step that a status takes, in characters. */
const MAX_STEP = 400;

/**
 * Says that an object gets another place: `move Kustomization/apps/shop to frontend/shop`. One that stays what it is
 * goes to another blueprint: `release Kustomization/apps/shop`.
 */
export function describeMove(from: ObjectRef, to: ObjectRef): string {
  if (objectId(from) === objectId(to)) return clip(`release ${displayName(from)}`, MAX_STEP);
  const place = to.namespace === undefined ? to.name : `${to.namespace}/${to.name}`;
  return clip(`move ${displayName(from)} to ${place}`, MAX_STEP);
}
