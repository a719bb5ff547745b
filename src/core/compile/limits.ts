import type { DesiredObject } from '../objects/desired.ts';
import { countBytes } from '../values/truncate.ts';
import type { Expense } from './expense/expense.ts';
import { describeBytes } from './model/budget.ts';
import { MAX_INVENTORY_BYTES, countInventoryBytes } from '../objects/inventory.ts';
import type { Problems } from '../validation/problem.ts';

/**
 * Refuses a blueprint whose manifests would take too much memory; returns whether they fit. Nothing of a blueprint is
 * merged or copied before this check.
 */
export function checkExpense(
  expense: Expense,
  limits: { bytes: number; objects: number },
  problems: Problems,
): boolean {
  const limit = limits.bytes;
  if (expense.total <= limit) return true;
  // Too many objects are the plainer reason. They are counted up to the environment with which there are too many.
  let count = 0;
  for (const components of expense.components) if (count <= limits.objects) count += components;
  if (!checkCount(count, limits.objects, problems, 'at least ')) return false;
  const { path, bytes, objects } = expense.largest();
  problems.add(
    'too-expensive',
    path,
    `takes about ${describeBytes(bytes)} in ${objects === 1 ? 'one object' : `each of ${objects} objects`}, and all manifests together would take about ${describeBytes(expense.total)}; ${describeBytes(limit)} are allowed: keep large data in ConfigMaps or Secrets that the objects refer to (\`substituteFrom\`, \`valuesFrom\`), or split the blueprint`,
  );
  return false;
}

/**
 * Refuses manifests that are larger than the API server takes. Only where `expense` says that there may be one are they
 * measured.
 */
export function checkManifests(
  objects: readonly DesiredObject[],
  expense: Expense,
  limit: number,
  problems: Problems,
): boolean {
  if (expense.heaviest.bytes <= limit) return true;
  for (const { manifest, path, title } of objects) {
    const bytes = countBytes(manifest);
    if (bytes <= limit) continue;
    problems.add(
      'too-expensive',
      path,
      `${title} would have a manifest of ${describeBytes(bytes)}; ${describeBytes(limit)} are allowed, because the API server takes little more: keep large data in ConfigMaps or Secrets that it refers to`,
    );
  }
  return problems.none;
}

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
