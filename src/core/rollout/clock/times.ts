/** The units of Flux's durations, in milliseconds, the longest first. */
const UNITS = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** Reads a time of RFC 3339 as milliseconds since the epoch; undefined for a text that names none. */
export function parseTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  // RFC 3339 allows small letters, and JavaScript does not promise to read them.
  const time = Date.parse(text.toUpperCase());
  return Number.isNaN(time) ? undefined : time;
}

/** Writes milliseconds since the epoch as a time of RFC 3339: `2027-01-07T00:00:00Z`. */
export function formatTime(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}

/** Writes milliseconds as a duration in Flux's form: `1h30m`. */
export function formatDuration(duration: number): string {
  let left = Math.trunc(duration);
  let text = '';
  for (const [unit, length] of UNITS) {
    const count = Math.floor(left / length);
    left -= count * length;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0s' : text;
}
