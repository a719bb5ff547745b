import { compare } from './path.ts';

/** The longest unknown name to compare, in characters. The comparison takes quadratic time. */
const MAX_LENGTH = 128;

/** The most known names that a message lists. */
const MAX_LISTED = 10;

/**
 * Finds the known name that an unknown one most likely meant. The distance counts edits of one character, and a swap of
 * neighbours counts as one. Returns undefined if even the nearest name differs in more than a third of the unknown
 * name's characters. Among equally near names the first in order of code units wins.
 */
export function suggestName(unknown: string, known: Iterable<string>): string | undefined {
  if (unknown.length > MAX_LENGTH) return undefined;
  let best: string | undefined;
  // A name of one letter has nothing in common with the result of one edit.
  let bestDistance = Math.min(unknown.length, Math.max(1, Math.floor(unknown.length / 3)) + 1);
  for (const name of [...known].sort(compare)) {
    if (Math.abs(name.length - unknown.length) >= bestDistance) continue;
    const distance = editDistance(unknown.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** Ends a message with `; did you mean "x"?`, or lists up to 10 known names if none is near. */
export function suggest(unknown: string, known: readonly string[]): string {
  const near = suggestName(unknown, known);
  if (near !== undefined) return `; did you mean ${JSON.stringify(near)}?`;
  return known.length === 0 ? '; there are none' : `; known are ${listNames(known)}`;
}

/** Ends a message with the allowed words, up to 10, after the nearest one: `; did you mean "x"? Allowed are x, y`. */
export function suggestAllowed(unknown: string, allowed: readonly string[]): string {
  const near = suggestName(unknown, allowed);
  const listed = `llowed are ${listNames(allowed)}`;
  return near === undefined ? `; a${listed}` : `; did you mean ${JSON.stringify(near)}? A${listed}`;
}

/** Lists at most {@link MAX_LISTED} names, sorted and without repetition, and counts the others. */
function listNames(names: readonly string[]): string {
  return joinFirst([...new Set(names)].sort(compare), MAX_LISTED);
}

/** Joins the first `most` names with commas and counts the others: `a, b and 3 more`. */
export function joinFirst(names: readonly string[], most: number): string {
  const more = names.length > most ? ` and ${names.length - most} more` : '';
  return `${names.slice(0, most).join(', ')}${more}`;
}

/** Optimal string alignment distance. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let distance = Math.min(at(previous, j) + 1, at(current, j - 1) + 1, at(previous, j - 1) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, at(beforePrevious, j - 2) + 1);
      }
      current.push(distance);
    }
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0;
}
