import { compare } from './path.ts';

/** The longest name that is compared: longer ones are never what was meant, and cost time. */
const MAX_LENGTH = 128;

/**
 * The known name nearest to an unknown one, by edits of a character (adjacent swaps count as one); undefined when
 * even the nearest differs in more than a third of its characters. Of equally near ones the first by alphabet.
 */
export function suggestName(unknown: string, known: Iterable<string>): string | undefined {
  if (unknown.length > MAX_LENGTH) return undefined;
  let best: string | undefined;
  // Of a name of one letter nothing is left when that differs.
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

/** `; did you mean "x"?`, or a list of what is known where nothing is near; at most 10 are named. */
export function suggest(unknown: string, known: readonly string[]): string {
  const near = suggestName(unknown, known);
  if (near !== undefined) return `; did you mean ${JSON.stringify(near)}?`;
  return known.length === 0 ? '; there are none' : `; known are ${listNames(known)}`;
}

/** `; did you mean "x"? Allowed are x, y`: what may stand in the place of a word, and the nearest of them. */
export function suggestAllowed(unknown: string, allowed: readonly string[]): string {
  const near = suggestName(unknown, allowed);
  const listed = `llowed are ${listNames(allowed)}`;
  return near === undefined ? `; a${listed}` : `; did you mean ${JSON.stringify(near)}? A${listed}`;
}

/** At most ten of some names, sorted, and how many more there are. */
function listNames(names: readonly string[]): string {
  const sorted = [...new Set(names)].sort(compare);
  return `${sorted.slice(0, 10).join(', ')}${sorted.length > 10 ? ` and ${sorted.length - 10} more` : ''}`;
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
