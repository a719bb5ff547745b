import { DURATION } from '../../api/schema/shapes/shapes.ts';

/** The units of Flux's durations, in milliseconds. */
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

const PATTERN = new RegExp(DURATION);

/** Parses a duration in Flux's form (`1h30m`) into milliseconds; undefined for anything else. */
export function parseDuration(text: unknown): number | undefined {
  if (typeof text !== 'string' || text.length > 64 || !PATTERN.test(text)) return undefined;
  let total = 0;
  for (const [, amount = '0', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/gy)) {
    total += Number(amount) * (UNITS[unit] ?? 0);
  }
  return total;
}
