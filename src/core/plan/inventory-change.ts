import type { DesiredState } from '../objects/desired.ts';
import { type Tracked, trackDesired, unionInventory } from '../objects/inventory.ts';
import type { Plan } from './plan.ts';

/**
 * What is desired and exists or is about to, each object in its present wave. Left out is what is kept at a deletion,
 * and what somebody else's object serves for. `account` is the service account that writes; undefined for the operator.
 */
export function findPlaced(
  { objects }: DesiredState,
  { blocked, terminating }: Plan,
  isSatisfied: (id: string) => boolean,
  account: string | undefined,
): Tracked[] {
  const absent = new Set([...blocked.map(({ object }) => object), ...terminating].map(({ id }) => id));
  return objects
    .filter(({ id, keep }) => !keep && !absent.has(id) && !isSatisfied(id))
    .map((object) => trackDesired(object, account));
}

/** What has to be stored before anything is applied. */
export interface InventoryChange {
  tracked: readonly Tracked[];
  /** Whether the digest of what was applied in full is no longer true from the first apply on. */
  outdated: boolean;
}

/** What decides about an {@link InventoryChange}. */
export interface InventoryBefore {
  /** The stored inventory. */
  tracked: readonly Tracked[];
  /** The digest of what was applied in full, where the status speaks of the present generation. */
  digestInForce: string | undefined;
}

/** The union of the stored inventory and what is about to be applied; undefined where the stored one will do. */
export function changeInventory(
  { tracked, digestInForce }: InventoryBefore,
  placed: readonly Tracked[],
  plan: Plan,
  digest: string,
): InventoryChange | undefined {
  const known = new Set(tracked.map(({ id }) => id));
  // With a new generation the status does not speak of what is desired now in any case.
  const outdated = plan.apply.length > 0 && digestInForce !== undefined && digestInForce !== digest;
  if (!outdated && placed.every(({ id }) => known.has(id))) return undefined;
  return { tracked: unionInventory(tracked, placed), outdated };
}
