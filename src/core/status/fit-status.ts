import type { LayerStatus, Status } from '../../api/schema/status.ts';
import { countBytes } from '../values/truncate.ts';

/** The most bytes of a status, as JSON: it is written whole each time, and every reader of the blueprint pays for it. */
export const MAX_STATUS_BYTES = 200_000;
/** What the lists may have together, even where all else is too long already: it must stay of use. */
const MIN_LISTS_BYTES = 20_000;

/** The share of the names of a plan. */
const PLAN_SHARE = 0.1;
/** The lists that may be cut, in the order in which they are given room: each the share of what is left. */
const SHARES = [
  ['environments', 0.2],
  ['webhooks', 0.1],
  ['layers', 0.4],
  ['findings', 0.4],
  ['components', 1],
] as const;

/**
 * Cuts the lists of a status that only tell, so that the whole stays under `limit` bytes; what is done from (the
 * inventory, conditions, digests) is never cut. Lists are cut at their ends (that of the
 * components begins with the root causes); of the layers those stay that are not ready. Answers the same object where nothing has to go.
 */
export function fitStatus(status: Status, limit = MAX_STATUS_BYTES): Status {
  if (countBytes(status) <= limit) return status;
  const { plan } = status;
  const cut = new Set<string>(SHARES.map(([field]) => field));
  const fitted: Record<string, unknown> = Object.fromEntries(
    Object.entries(status).filter(([field]) => !cut.has(field)),
  );
  if (plan !== undefined) fitted['plan'] = { ...plan, names: [] };
  // Each list costs its field's name too.
  let room = Math.max(MIN_LISTS_BYTES, limit - countBytes(fitted) - 200);
  if (plan !== undefined) {
    const names = takeUpTo(plan.names, room * PLAN_SHARE);
    room -= countBytes(names);
    fitted['plan'] = { ...plan, names };
  }
  for (const [field, share] of SHARES) {
    const list = status[field];
    if (list === undefined) continue;
    const kept =
      field === 'layers'
        ? takeLayers(status.layers ?? [], room * share)
        : takeUpTo<unknown>(list, room * share);
    room -= countBytes(kept);
    fitted[field] = kept;
  }
  return fitted;
}

function takeLayers(layers: readonly LayerStatus[], bytes: number): LayerStatus[] {
  const [ready, others] = [true, false].map((wanted) =>
    layers.filter(({ state }) => (state === 'Ready') === wanted),
  );
  const kept = new Set(takeUpTo([...(others ?? []), ...(ready ?? [])], bytes));
  return layers.filter((layer) => kept.has(layer));
}

function takeUpTo<T>(list: readonly T[], bytes: number): T[] {
  let left = bytes - '[]'.length;
  const end = list.findIndex((item) => (left -= countBytes(item) + ','.length) < 0);
  return end < 0 ? [...list] : list.slice(0, end);
}
