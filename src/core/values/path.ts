const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** Field names and list indices that lead from a value to a part of it. */
export type Steps = readonly (string | number)[];

/** Appends a field to a path: `spec` + `layers` → `spec.layers`. A key that is not a plain word is quoted. */
export function fieldPath(parent: string, key: string): string {
  if (!IDENTIFIER.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === '' ? key : `${parent}.${key}`;
}

/** Appends a list index to a path: `spec.layers` + 2 → `spec.layers[2]`. */
export function itemPath(parent: string, index: number): string {
  return `${parent}[${index}]`;
}

/** Appends steps (field names and indices) to a path. */
export function joinPath(parent: string, steps: Steps): string {
  return steps.reduce<string>(
    (path, step) => (typeof step === 'number' ? itemPath(path, step) : fieldPath(path, step)),
    parent,
  );
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
interface Remark {
  path: string;
  rule: string;
  message: string;
}

/** Compares problems, or findings, by path, then rule, then message. */
export function compareRemarks(a: Remark, b: Remark): number {
  return comparePaths(a.path, b.path) || compare(a.rule, b.rule) || compare(a.message, b.message);
}
