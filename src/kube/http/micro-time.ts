/** Kubernetes' MicroTime: RFC 3339 with exactly six digits of a second. */
export function toMicroTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000Z');
}
