const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/**
 * An age as kubectl writes it: the unit that counts, and while it is small the next one too (`42s`, `5m30s`, `3h10m`,
 * `4d2h`, `2y40d`).
 *
 * @param ms in milliseconds; one below zero, from a clock that goes behind, is `0s`
 */
export function formatAge(ms: number): string {
  const age = Math.max(0, Math.trunc(ms));
  if (age < 2 * MINUTE) return count(age, SECOND, 's');
  if (age < 10 * MINUTE) return count(age, MINUTE, 'm') + rest(age, MINUTE, SECOND, 's');
  if (age < 3 * HOUR) return count(age, MINUTE, 'm');
  if (age < 8 * HOUR) return count(age, HOUR, 'h') + rest(age, HOUR, MINUTE, 'm');
  if (age < 2 * DAY) return count(age, HOUR, 'h');
  if (age < 8 * DAY) return count(age, DAY, 'd') + rest(age, DAY, HOUR, 'h');
  if (age < 2 * YEAR) return count(age, DAY, 'd');
  return count(age, YEAR, 'y') + (age < 8 * YEAR ? rest(age, YEAR, DAY, 'd') : '');
}

function count(ms: number, unit: number, name: string): string {
  return `${Math.floor(ms / unit)}${name}`;
}

/** What is left of a whole unit, in the next one; nothing where nothing is. */
function rest(ms: number, whole: number, unit: number, name: string): string {
  const left = Math.floor((ms % whole) / unit);
  return left === 0 ? '' : `${left}${name}`;
}

/**
 * The age of something at a moment, from its time in RFC 3339; empty where that is missing or none.
 *
 * @param now in milliseconds since the epoch
 */
export function ageOf(time: string | undefined, now: number): string {
  const since = time === undefined ? NaN : Date.parse(time);
  return Number.isNaN(since) ? '' : formatAge(now - since);
}
