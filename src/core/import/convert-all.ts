import { compare } from '../values/path.ts';
import type { Entry } from './build/entry.ts';
import { type Conversion, type Converted, convert } from './convert.ts';

/** The rules by which a blueprint is refused because it asks for too much. */
const BOUNDS: ReadonlySet<string> = new Set(['too-many', 'too-large', 'too-long', 'too-expensive']);

/**
 * {@link convert}, into several blueprints where one would be too large: by namespace, each half as large as the one
 * before. What they refer to in each other they name in Flux's own form.
 */
export function convertAll(entries: readonly Entry[], conversion: Conversion): Converted[] {
  const converted = convert(entries, conversion);
  const isTooLarge = converted.problems.some(({ rule }) => BOUNDS.has(rule));
  if (!isTooLarge || entries.length < 2) return [converted];
  const sorted = [...entries].sort((a, b) => compare(a.namespace, b.namespace));
  const middle = findBoundary(sorted);
  return [sorted.slice(0, middle), sorted.slice(middle)].flatMap((half, i) =>
    convertAll(half, { ...conversion, name: `${conversion.name}-${i + 1}` }),
  );
}

/** Where a namespace ends, as near to the middle as there is one in the middle half; else the middle. */
function findBoundary(sorted: readonly Entry[]): number {
  const middle = Math.floor(sorted.length / 2);
  for (let away = 0; away < middle / 2; away++)
    for (const at of [middle - away, middle + away])
      if (sorted[at - 1]?.namespace !== sorted[at]?.namespace) return at;
  return middle;
}
