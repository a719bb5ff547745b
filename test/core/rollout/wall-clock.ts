import type { Window } from '../../../src/api/schema/rollout.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** What a clock on the wall shows, as milliseconds of the same digits in UTC. */
export type Shown = number;

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** How far clocks are ahead of UTC, by time zone and quarter of an hour, within which no clock changes. */
const AHEAD = new Map<string, number>();

/** What a clock shows in a time zone at a moment, as Node knows it. */
export function showAt(moment: number, timeZone: string): Shown {
  const quarter = Math.floor(moment / (15 * MINUTE));
  const key = `${timeZone} ${quarter}`;
  const ahead = AHEAD.get(key) ?? readAhead(quarter * 15 * MINUTE, timeZone);
  AHEAD.set(key, ahead);
  return moment + ahead;
}

function readAhead(moment: number, timeZone: string): number {
  const format =
    FORMATS.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' });
  FORMATS.set(timeZone, format);
  const [day = 0, month = 0, year = 0, hour = 0, minute = 0, second = 0] = format
    .format(moment)
    .split(/\D+/)
    .map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) - moment;
}

/** Reads one field of cron without names as the set of its numbers. */
function readField(field: string, [least, most]: readonly [number, number]): Set<number> {
  const numbers = new Set<number>();
  for (const item of field.split(',')) {
    const [range = '', step = '1'] = item.split('/');
    const [low = '', high = low] = range === '*' ? [String(least), String(most)] : range.split('-');
    for (let number = Number(low); number <= Number(high); number += Number(step)) numbers.add(number);
  }
  return numbers;
}

const BOUNDS = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;

/** Whether a schedule without names has the minute that a clock shows. */
function makeMatch(schedule: string): (shown: Shown) => boolean {
  const fields = schedule.split(' ');
  const [minutes, hours, days, months, weekdays] = BOUNDS.map((bounds, i) =>
    readField(fields[i] ?? '', bounds),
  );
  const either = fields[2] !== '*' && fields[4] !== '*';
  const isIn = (numbers: Set<number> | undefined, number: number): boolean => numbers?.has(number) === true;
  return (shown) => {
    const date = new Date(shown);
    const byMonth = isIn(days, date.getUTCDate());
    const byWeek = isIn(weekdays, date.getUTCDay());
    return (
      isIn(minutes, date.getUTCMinutes()) &&
      isIn(hours, date.getUTCHours()) &&
      isIn(months, date.getUTCMonth() + 1) &&
      (either ? byMonth || byWeek : byMonth && byWeek)
    );
  };
}

/**
 * The occurrences of a schedule in whole minutes from `start` to `end`, by looking at the clock in each of them. What
 * is written out happens once a day, also where the clock jumps over it or shows it twice.
 */
export function listOccurrences(
  schedule: string,
  timeZone: string,
  [start, end]: readonly [number, number],
): number[] {
  const matches = makeMatch(schedule);
  const once = !/[*/]/.test(schedule.split(' ').slice(0, 2).join(' '));
  const found: number[] = [];
  const seen = new Set<Shown>();
  let last = showAt(start - DAY - MINUTE, timeZone);
  for (let moment = start - DAY; moment < end; moment += MINUTE) {
    const shown = showAt(moment, timeZone);
    const again = seen.has(shown);
    seen.add(shown);
    let happens = matches(shown) && !(once && again);
    for (let skipped = last + MINUTE; once && skipped < shown; skipped += MINUTE) {
      const sameDay = Math.floor(skipped / DAY) === Math.floor(shown / DAY);
      happens ||= sameDay && matches(skipped);
    }
    if (happens && moment >= start) found.push(moment);
    last = shown;
  }
  return found;
}

/** A window whose times are whole minutes, and how many of them its duration has. */
export interface Plain {
  window: Window;
  minutes: number;
}

/** Whether changes may happen, for each minute from `start` to `end`, by looking at every window in each of them. */
export function listStates(windows: readonly Plain[], start: number, end: number): boolean[] {
  const openMinutes = windows.map((plain) => listOpenMinutes(plain, start, end));
  const states: boolean[] = [];
  for (let moment = start; moment < end; moment += MINUTE) {
    const open = windows.filter((_, i) => openMinutes[i]?.has(moment)).map(({ window }) => window.kind);
    const allowed = open.includes('Allow') || windows.every(({ window }) => window.kind === 'Deny');
    states.push(allowed && !open.includes('Deny'));
  }
  return states;
}

function listOpenMinutes({ window, minutes }: Plain, start: number, end: number): Set<number> {
  const open = new Set<number>();
  const { schedule, timeZone = 'UTC', from, until } = window;
  if (schedule === undefined) {
    const opens = Math.max(start, from === undefined ? start : Date.parse(from));
    const closes = Math.min(end, until === undefined ? end : Date.parse(until));
    for (let moment = opens; moment < closes; moment += MINUTE) open.add(moment);
    return open;
  }
  for (const occurrence of listOccurrences(schedule, timeZone, [start - minutes * MINUTE, end])) {
    for (let i = 0; i < minutes; i++) open.add(occurrence + i * MINUTE);
  }
  return open;
}
