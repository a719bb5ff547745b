import { hashText } from './hash.ts';
import { compare } from './path.ts';

/** The longest unknown name to compare, in characters. The comparison takes quadratic time. */
const MAX_LENGTH = 128;

/**
 * The most cells of tables that the search for one name computes. Two thousand names of twenty characters take fewer,
 * because the comparison with most of them ends after a few rows. Names after the bound are not considered.
 */
const MAX_CELLS = 200_000;

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
  const budget = { cells: MAX_CELLS };
  for (const name of [...known].sort(compare)) {
    if (Math.abs(name.length - unknown.length) >= bestDistance) continue;
    if (budget.cells <= 0) break;
    const distance = editDistance(unknown.toLowerCase(), name.toLowerCase(), bestDistance, budget);
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

/** Names that a message may suggest, which are listed only when it is read. */
export class KnownNames {
  readonly #names: readonly string[];
  #key: string | undefined;

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** Equal for two that hold the same names. */
  get key(): string {
    this.#key ??= String(hashText([...this.#names].sort(compare).join('\n')));
    return this.#key;
  }

  /** {@link suggest} as the end of a message, which is found when that is listed. */
  suggest(unknown: string): { key: string; find: () => string } {
    return { key: this.key, find: () => suggest(unknown, this.#names) };
  }
}

/**
 * Ends a message with all allowed words after the nearest one: `; did you mean "x"? Allowed are x, y`. They are those
 * of a schema, so there are never more than a few dozen. A word is near too if the unknown one is a part of it, as
 * `teams` is of `msteams`.
 */
export function suggestAllowed(unknown: string, allowed: readonly string[]): string {
  const words = sortNames(allowed);
  const [only] = words;
  if (words.length === 1 && only !== undefined) return `; only ${JSON.stringify(only)} is`;
  const near = suggestName(unknown, words) ?? findAround(unknown, words);
  const listed = `llowed are ${words.join(', ')}`;
  return near === undefined ? `; a${listed}` : `; did you mean ${JSON.stringify(near)}? A${listed}`;
}

/** The shortest part of a word that says which one is meant, in characters. */
const MIN_PART = 4;

/** The shortest word that holds another one. */
function findAround(part: string, words: readonly string[]): string | undefined {
  const wanted = lettersOf(part);
  if (wanted.length < MIN_PART) return undefined;
  return [...words].sort((a, b) => a.length - b.length).find((word) => lettersOf(word).includes(wanted));
}

function lettersOf(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z]/g, '');
}

/** Lists at most {@link MAX_LISTED} names, sorted and without repetition, and counts the others. */
function listNames(names: readonly string[]): string {
  return joinFirst(sortNames(names), MAX_LISTED);
}

function sortNames(names: readonly string[]): string[] {
  return [...new Set(names)].sort(compare);
}

/** Joins the first `most` names with commas and counts the others: `a, b and 3 more`. */
export function joinFirst(names: readonly string[], most: number, separator = ', '): string {
  const more = names.length > most ? ` and ${names.length - most} more` : '';
  return `${names.slice(0, most).join(separator)}${more}`;
}

/**
 * Optimal string alignment distance, where it is less than `below`; else any number from `below` on. Looks only at the
 * cells of the table from which so short a distance can come, and takes them off the budget.
 */
function editDistance(a: string, b: string, below: number, budget: { cells: number }): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  let lowestBefore = 0;
  for (let i = 1; i <= a.length; i++) {
    const current = new Array<number>(b.length + 1).fill(below);
    current[0] = Math.min(i, below);
    let lowest = at(current, 0);
    budget.cells -= Math.min(b.length, 2 * below);
    for (let j = Math.max(1, i - below + 1); j <= Math.min(b.length, i + below - 1); j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let distance = Math.min(at(previous, j) + 1, at(current, j - 1) + 1, at(previous, j - 1) + cost);
      if (isSwap(a, i, b, j)) distance = Math.min(distance, at(beforePrevious, j - 2) + 1);
      current[j] = distance;
      lowest = Math.min(lowest, distance);
    }
    // A swap of neighbours reaches back over two rows.
    if (lowest >= below && lowestBefore >= below) return below;
    [beforePrevious, previous, lowestBefore] = [previous, current, lowest];
  }
  return at(previous, b.length);
}

/** Whether the two characters before `i` are those before `j` in the other order. */
function isSwap(a: string, i: number, b: string, j: number): boolean {
  return i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0;
}
