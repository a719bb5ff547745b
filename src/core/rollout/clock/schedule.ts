import { Cron, CronPattern } from 'croner';
import { TIME_ZONES } from './time-zones.ts';

/** The times that a text of cron means in a time zone. */
export interface Schedule {
  /** The first time after a moment, both in milliseconds since the epoch; undefined if there is none. */
  findNext: (after: number) => number | undefined;
}

/** The longest schedule, in characters: the schema says the same. */
const MAX_LENGTH = 200;

const MINUTE_MS = 60_000;
const MINUTES_OF_DAY = 24 * 60;

/**
 * A list of a field, as CronJobs have it. What croner knows beyond that (L, W, #) is left out: a pattern of it that
 * never matches takes most of a second to search.
 */
const ITEM = /^(?:[*?]|(?:\d{1,2}|[a-z]{3})(?:-(?:\d{1,2}|[a-z]{3}))?)(?:\/\d{1,2})?$/i;

/**
 * A time whose minute and hour are written out happens once on each of its days: where the clocks jump over it, at the
 * end of the jump; where they show it twice, the first time. A schedule with `*` or a step in these follows the clock.
 */
const OPTIONS = { mode: '5-part', fixedTimeRule: 'no-wildcard' } as const;

/** The fields of a schedule, and what each allows. */
const FIELDS = [
  ['minute', '0 to 59'],
  ['hour', '0 to 23'],
  ['day of month', '1 to 31'],
  ['month', '1 to 12 or JAN to DEC'],
  ['day of week', '0 to 7 or SUN to SAT'],
] as const;

/** Reads a schedule; undefined where the text is none, or the time zone is not known. */
export function readSchedule(text: string, timeZone: string): Schedule | undefined {
  const pattern = TIME_ZONES.has(timeZone) ? readPattern(text) : undefined;
  if (pattern === undefined) return undefined;
  // croner would search four hundred years for it.
  if (!hasOccurrence(pattern)) return { findNext: () => undefined };
  const cron = new Cron(text, { ...OPTIONS, timezone: timeZone });
  return { findNext: (after) => cron.nextRun(new Date(after))?.getTime() };
}

/** Says what is wrong with a schedule, as words that follow the field; undefined where nothing is. */
export function explainSchedule(text: string): string | undefined {
  const pattern = readPattern(text);
  if (pattern !== undefined) return hasOccurrence(pattern) ? undefined : NEVER;
  const fields = splitFields(text);
  if (fields.length !== FIELDS.length || text.length > MAX_LENGTH) return NO_SCHEDULE;
  // A field is wrong by itself, so that it is wrong among fields that match all.
  const wrong = fields.findIndex((field, i) => {
    const others = FIELDS.map((_, k) => (k === i ? field : '*'));
    return readPattern(others.join(' ')) === undefined;
  });
  const [name, allowed] = FIELDS[wrong] ?? FIELDS[0];
  return `cannot be read in its field ${wrong + 1}, the ${name}: ${allowed} are allowed, *, and lists, ranges and steps of these, e.g. 1,3 or 1-5 or */2`;
}

const NO_SCHEDULE =
  'must have the five fields of cron (minute, hour, day of month, month, day of week), e.g. 0 9 * * 1-5';

const NEVER = 'never occurs, as none of its months has such a day: change the day or the month';

/**
 * The shortest time between two occurrences of a schedule by the clock on the wall, in milliseconds; undefined where
 * there are no two, or the text is no schedule.
 */
export function findShortestPeriod(text: string): number | undefined {
  const pattern = readPattern(text);
  const days = pattern === undefined ? undefined : findShortestGap(pattern);
  if (pattern === undefined || days === undefined) return undefined;
  const times = pattern.hour.flatMap((inHour, hour) =>
    pattern.minute.flatMap((inMinute, minute) => (inHour > 0 && inMinute > 0 ? [hour * 60 + minute] : [])),
  );
  const [first = 0] = times;
  const overnight = days * MINUTES_OF_DAY - (times.at(-1) ?? 0) + first;
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  return gaps.reduce((least, gap) => Math.min(least, gap), overnight) * MINUTE_MS;
}

/** Each of these many years has each day of the year on each day of the week. */
const YEARS = 28;

/** The fewest days between two days of a schedule; undefined where it has none. */
function findShortestGap(pattern: CronPattern): number | undefined {
  let least: number | undefined;
  let last: number | undefined;
  for (let month = 0; month < YEARS * 12; month++) {
    if ((pattern.month[month % 12] ?? 0) === 0) continue;
    const first = Date.UTC(2000, month, 1) / (MINUTES_OF_DAY * MINUTE_MS);
    const end = Date.UTC(2000, month + 1, 1) / (MINUTES_OF_DAY * MINUTE_MS);
    for (let day = first; day < end; day++) {
      if (!isOnDay(pattern, day - first, day)) continue;
      if (last !== undefined) least = Math.min(least ?? Infinity, day - last);
      if (least === 1) return least;
      last = day;
    }
  }
  return least;
}

/** Whether a schedule has a day: its index in its month, and its number since the epoch, which was a Thursday. */
function isOnDay(pattern: CronPattern, index: number, sinceEpoch: number): boolean {
  const byMonth = (pattern.day[index] ?? 0) > 0;
  const byWeek = (pattern.dayOfWeek[(sinceEpoch + 4) % 7] ?? 0) > 0;
  // Where a schedule names both kinds of days, either will do.
  return pattern.starDOM || pattern.starDOW ? byMonth && byWeek : byMonth || byWeek;
}

/** The most days that each month has. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function hasOccurrence({ day, month, starDOW }: CronPattern): boolean {
  const first = day.findIndex((matches) => matches > 0);
  return !starDOW || DAYS.some((days, i) => (month[i] ?? 0) > 0 && first < days);
}

function readPattern(text: string): CronPattern | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const fields = splitFields(text);
  const items = fields.flatMap((field) => field.split(','));
  if (fields.length !== FIELDS.length || !items.every((item) => ITEM.test(item))) return undefined;
  try {
    return new CronPattern(text, undefined, OPTIONS);
  } catch {
    return undefined;
  }
}

function splitFields(text: string): string[] {
  return text.trim().split(/\s+/);
}
