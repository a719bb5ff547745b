import type { DesiredObject } from '../objects/desired.ts';
import { MAX_INVENTORY_BYTES, countInventoryBytes } from '../objects/inventory.ts';
import type { Problems } from '../validation/problem.ts';

/** Refuses more than `max` objects; returns whether the count is allowed. `about` qualifies the count: `at least `. */
export function checkCount(count: number, max: number, problems: Problems, about = ''): boolean {
  if (count <= max) return true;
  problems.add(
    'too-many',
    'spec',
    `asks for ${about}${count} objects; one blueprint may generate ${max}: split it into several`,
  );
  return false;
}

/**
 * Refuses objects whose inventory takes more than {@link MAX_INVENTORY_BYTES}; returns whether they fit. The inventory
 * is the one part of the status that can neither be left out nor truncated.
 */
export function checkInventory(objects: readonly DesiredObject[], problems: Problems): boolean {
  const bytes = countInventoryBytes(objects);
  if (bytes <= MAX_INVENTORY_BYTES) return true;
  problems.add(
    'too-many',
    'spec',
    `asks for ${objects.length} objects whose names take ${kilobytes(bytes)} of the status; ${kilobytes(MAX_INVENTORY_BYTES)} are allowed: split it into several, or give shorter names`,
  );
  return false;
}

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000)} kB`;
}
