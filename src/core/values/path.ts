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
  const steps: (string | number)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path);
    if (match === null) return [];
    const [, field, index, quoted] = match;
    if (index !== undefined) steps.push(Number(index));
    else steps.push(field ?? (JSON.parse(quoted ?? '""') as string));
  }
  return steps;
}

/** Compares paths in the order a reader expects: fields by code unit, indices by number. */
export function comparePaths(a: string, b: string): number {
  const left = a.split(/(\d+)/);
  const right = b.split(/(\d+)/);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const l = left[i] ?? '';
    const r = right[i] ?? '';
    if (l === r) continue;
    if (i % 2 === 1 && l.length !== r.length) return l.length - r.length;
    return l < r ? -1 : 1;
  }
  return left.length - right.length;
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
