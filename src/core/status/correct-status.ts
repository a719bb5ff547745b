import type { Json } from '../../api/object.ts';
import type { Status } from '../../api/schema/status.ts';
import { equalJson, isObject, own } from '../values/json.ts';
import { compare } from '../values/path.ts';

type JsonObject = Record<string, Json | undefined>;

/**
 * The merge patch (RFC 7386) that makes a stored status the one that was applied; undefined where it is. A server-side
 * apply takes over every field that it sets, and leaves the others to whoever set them: without this, a condition, a
 * public key or a webhook that somebody else wrote into the status would stay for ever.
 */
export function correctStatus(applied: Status, stored: Status): JsonObject | undefined {
  return patchOf(inOrder(applied), inOrder(stored));
}

/** The API server merges conditions by their type, and may keep them in another order. */
function inOrder({ conditions, ...status }: Status): JsonObject {
  if (conditions === undefined) return status;
  return { ...status, conditions: conditions.toSorted((a, b) => compare(a.type, b.type)) };
}

function patchOf(applied: JsonObject, stored: JsonObject): JsonObject | undefined {
  const fields = new Set([...Object.keys(applied), ...Object.keys(stored)]);
  const changes = [...fields].flatMap((field) => {
    const [wanted, present] = [own(applied, field), own(stored, field)];
    if (wanted === undefined) return present === undefined ? [] : [[field, null] as const];
    if (isObject(wanted) && isObject(present)) {
      const below = patchOf(wanted, present);
      return below === undefined ? [] : [[field, below] as const];
    }
    return equalJson(wanted, present) ? [] : [[field, wanted] as const];
  });
  return changes.length === 0 ? undefined : Object.fromEntries(changes);
}
