/**
 * Compares two resource versions of one resource type; the answer is negative when `a` is older. Since Kubernetes 1.35
 * they are guaranteed to be increasing decimal numbers. They may exceed 2^53, so they are compared as strings, by
 * length first.
 */
export function compareResourceVersions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
