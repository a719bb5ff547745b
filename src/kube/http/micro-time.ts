/** The time in Kubernetes' form MicroTime: RFC 3339 with exactly six decimal places of the second. */
export function toMicroTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000Z');
}
