const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** The most that a path repeats of a key, in characters. The longest key of a label has 317. */
const MAX_KEY = 512;

/** Field names and list indices that lead from a value to a part of it. */
export type Steps = readonly (string | number)[];

/**
 * Appends a field to a path: `spec` + `layers` → `spec.layers`. A key that is not a plain word is quoted, and one that
 * is too long is cut, because every path below it repeats it.
 */
export function fieldPath(parent: string, written: string): string {
  const key = written.length <= MAX_KEY ? written : `${written.slice(0, MAX_KEY)}…`;
  if (!IDENTIFIER.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === '' ? key : `${parent}.${key}`;
}

/** Appends a list index to a path: `spec.layers` + 2 → `spec.layers[2]`. */
export function itemPath(parent: string, index: number): string {
  return `${parent}[${index}]`;
}

/** The longest path, in characters: hundreds of thousands of problems may each have one, of which none is read. */
const MAX_PATH = 1024;

/** Appends steps (field names and indices) to a path. A path that becomes too long ends there, with `…`. */
export function joinPath(parent: string, steps: Steps): string {
  let path = parent;
  for (const step of steps) {
    if (path.length > MAX_PATH) return path.endsWith('…') ? path : `${path}…`;
    path = typeof step === 'number' ? itemPath(path, step) : fieldPath(path, step);
  }
  return path;
}

const STEP = /\.?([A-Za-z_][A-Za-z0-9_-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;

/** The steps of a path that {@link joinPath} made; none where it was cut. */
export function splitPath(path: string): (string | number)[] {
  const { steps, whole } = splitPathAsFar(path);
  return whole ? steps : [];
}

/** The steps of a path that {@link joinPath} made, up to where it was cut, and whether these are all. */
export function splitPathAsFar(path: string): { steps: (string | number)[]; whole: boolean } {
  const steps: (string | number)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path);
    if (match === null) return { steps, whole: false };
    const [, field, index, quoted] = match;
    if (index !== undefined) steps.push(Number(index));
    else steps.push(field ?? (JSON.parse(quoted ?? '""') as string));
  }
  return { steps, whole: true };
}

/**
 * Compares paths in the order a reader expects: fields by code unit, indices by number. It makes nothing, because it is
 * asked of each of hundreds of thousands of remarks whether that is among the first.
 */
export function comparePaths(a: string, b: string): number {
  const at = findDifference(a, b);
  const [inA, inB] = [isDigit(a, at), isDigit(b, at)];
  const start = startOfDigits(a, at);
  if ((inA || inB) && (start < at || inA === inB))
    return countDigits(a, start) - countDigits(b, start) || a.charCodeAt(at) - b.charCodeAt(at);
  if (at === a.length || at === b.length) return a.length - b.length;
  // A text that ends before a number comes before one that goes on.
  return inA === inB ? a.charCodeAt(at) - b.charCodeAt(at) : inA ? -1 : 1;
}

/** Where two texts differ first, or where the shorter one ends. */
function findDifference(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  let at = 0;
  while (at < end && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

/** Where the digits begin that stand right before a place; the place itself where none do. */
function startOfDigits(text: string, before: number): number {
  let start = before;
  while (start > 0 && isDigit(text, start - 1)) start--;
  return start;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

function countDigits(text: string, from: number): number {
  let to = from;
  while (isDigit(text, to)) to++;
  return to - from;
}

/** Compares text by code unit, which gives the same order on every machine, unlike a locale. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A remark about a place in a blueprint: a problem or a finding. */
export interface Remark {
  path: string;
  rule: string;
  message: string;
}

/** Compares problems, or findings, by path, then rule, then message. */
export function compareRemarks(a: Remark, b: Remark): number {
  return comparePaths(a.path, b.path) || compare(a.rule, b.rule) || compare(a.message, b.message);
}
