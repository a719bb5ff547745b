import { expect, test } from '@jest/globals';
import {
  explainSchedule,
  findShortestPeriod,
  readSchedule,
} from '../../../src/core/rollout/clock/schedule.ts';
import { SeededRandom } from '../../harness/random.ts';
import { growthOf } from '../cpu-time.ts';
import { listOccurrences } from './wall-clock.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The occurrences from the moment after `start` to `end`, as times of RFC 3339. */
function list(schedule: string, timeZone: string, start: string, end: string): string[] {
  const read = readSchedule(schedule, timeZone);
  const found: string[] = [];
  let at = read?.findNext(Date.parse(start));
  while (at !== undefined && at < Date.parse(end)) {
    found.push(new Date(at).toISOString().replace(':00.000Z', 'Z'));
    at = read?.findNext(at);
  }
  return found;
}

test('a schedule follows the clock of its time zone over the year', () => {
  const read = (start: string): number | undefined =>
    readSchedule('0 9 * * 1-4', 'Europe/Berlin')?.findNext(Date.parse(start));
  expect(read('2027-01-04T00:00:00Z')).toBe(Date.parse('2027-01-04T08:00:00Z'));
  expect(read('2027-07-05T00:00:00Z')).toBe(Date.parse('2027-07-05T07:00:00Z'));
  expect(read('2027-07-09T00:00:00Z')).toBe(Date.parse('2027-07-12T07:00:00Z'));
});

test('a time that the clock jumps over in spring happens at the end of the jump', () => {
  expect(list('30 2 * * *', 'Europe/Berlin', '2027-03-27T12:00:00Z', '2027-03-30T00:00:00Z')).toEqual([
    '2027-03-28T01:00Z',
    '2027-03-29T00:30Z',
  ]);
  expect(list('15 2 * * *', 'Australia/Lord_Howe', '2027-10-02T00:00:00Z', '2027-10-04T00:00:00Z')).toEqual([
    '2027-10-02T15:30Z',
    '2027-10-03T15:15Z',
  ]);
});

test('a time of a list that the clock jumps over is not lost either', () => {
  expect(list('0 2,14 * * *', 'Europe/Berlin', '2027-03-28T00:00:00Z', '2027-03-28T22:00:00Z')).toEqual([
    '2027-03-28T01:00Z',
    '2027-03-28T12:00Z',
  ]);
});

test('a time that the clock shows twice in autumn happens the first time', () => {
  expect(list('30 2 * * *', 'Europe/Berlin', '2027-10-30T12:00:00Z', '2027-11-01T12:00:00Z')).toEqual([
    '2027-10-31T00:30Z',
    '2027-11-01T01:30Z',
  ]);
  expect(list('45 1 * * *', 'Australia/Lord_Howe', '2027-04-03T00:00:00Z', '2027-04-04T00:00:00Z')).toEqual([
    '2027-04-03T14:45Z',
  ]);
});

test('a schedule by the clock has the hour that is shown twice two times, and no hour that is not shown', () => {
  expect(list('0 * * * *', 'Europe/Berlin', '2027-10-31T00:00:00Z', '2027-10-31T02:30:00Z')).toEqual([
    '2027-10-31T01:00Z',
    '2027-10-31T02:00Z',
  ]);
  expect(list('*/30 2 * * *', 'Europe/Berlin', '2027-10-30T22:00:00Z', '2027-10-31T22:00:00Z')).toHaveLength(
    4,
  );
  expect(list('*/30 2 * * *', 'Europe/Berlin', '2027-03-27T22:00:00Z', '2027-03-28T22:00:00Z')).toEqual([]);
});

test('the next occurrence is after the moment, and a part of a second changes nothing', () => {
  const next = readSchedule('0 9 * * *', 'UTC')?.findNext;
  const nine = Date.parse('2027-01-04T09:00:00Z');
  expect([-1, 0, 1, 500].map((ms) => next?.(nine + ms))).toEqual([nine, nine + DAY, nine + DAY, nine + DAY]);
});

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Africa/Cairo',
  'Pacific/Chatham',
];

/** Days around which clocks change in one of the zones. */
const CHANGES = [
  '2027-03-28',
  '2027-10-31',
  '2027-03-14',
  '2027-11-07',
  '2027-04-04',
  '2027-10-03',
  '2027-04-30',
];

function pickField(random: SeededRandom, least: number, most: number): string {
  const one = (): number => least + random.below(most - least + 1);
  const [low, high] = [one(), one()].sort((a, b) => a - b);
  return random.pick([
    '*',
    String(one()),
    String(one()),
    `${low}-${high}`,
    `*/${1 + random.below(most)}`,
    `${one()},${one()}`,
  ]);
}

function pickSchedule(random: SeededRandom): string {
  const minute = random.pick(['0', '30', '15', '*/15', pickField(random, 0, 59)]);
  const hour = random.pick(['*', '0', '1', '2', '3', '2,14', '1-3', pickField(random, 0, 23)]);
  const days = random.chance(0.7)
    ? ['*', '*', '*']
    : [pickField(random, 1, 31), '*', pickField(random, 0, 6)];
  return [minute, hour, ...days].join(' ');
}

test('the occurrences are those that the clock shows, minute by minute, over changes of the clocks too', () => {
  const random = new SeededRandom(27);
  for (let i = 0; i < 100; i++) {
    const [schedule, timeZone] = [pickSchedule(random), random.pick(ZONES)];
    const start = Date.parse(`${random.pick(CHANGES)}T00:00:00Z`) - 30 * HOUR;
    const end = start + 3 * DAY;
    const times = list(schedule, timeZone, new Date(start - 1).toISOString(), new Date(end).toISOString());
    const expected = listOccurrences(schedule, timeZone, [start, end]);
    expect({ schedule, timeZone, times: times.map((time) => Date.parse(time)) }).toEqual({
      schedule,
      timeZone,
      times: expected,
    });
  }
});

test.each([
  '0 9 * * 1-5',
  '*/15 8-18/2 1,15 JAN-MAR mon,wed',
  '0 0 * * 7',
  '  0\t9 * *  * ',
  '0 0 ? * SUN',
  '0 0 29 2 *',
  '0 0 31 2 1',
])('%s is a schedule', (schedule) => {
  expect(explainSchedule(schedule)).toBeUndefined();
  expect(readSchedule(schedule, 'UTC')?.findNext(0)).toBeGreaterThan(0);
});

test.each([
  ['', 'five fields'],
  ['0 9 * *', 'five fields'],
  ['0 0 9 * * *', 'five fields'],
  ['@daily', 'five fields'],
  ['TZ=UTC 0 9 * * *', 'five fields'],
  ['60 9 * * *', 'field 1, the minute: 0 to 59'],
  ['0 24 * * *', 'field 2, the hour: 0 to 23'],
  ['0 9 0 * *', 'field 3, the day of month: 1 to 31'],
  ['0 9 L * *', 'field 3, the day of month'],
  ['0 9 15W * *', 'field 3, the day of month'],
  ['0 9 * 13 *', 'field 4, the month: 1 to 12 or JAN to DEC'],
  ['0 9 * * 8', 'field 5, the day of week: 0 to 7 or SUN to SAT'],
  ['0 9 * * 5#2', 'field 5'],
  ['0 9 * * +1', 'field 5'],
  ['0 9 * * 5L', 'field 5'],
  ['0 9 * * mondays', 'field 5'],
  ['5-1 9 * * *', 'field 1'],
  ['5/15 9 * * *', 'field 1'],
  ['*/0 9 * * *', 'field 1'],
  ['1,,2 9 * * *', 'field 1'],
  ['0 9 * foo *', 'field 4'],
  [`${'0,'.repeat(100)}0 9 * * *`, 'five fields'],
])('%s is no schedule, and the message says where', (schedule, where) => {
  expect(explainSchedule(schedule)).toContain(where);
  expect(readSchedule(schedule, 'UTC')).toBeUndefined();
  expect(findShortestPeriod(schedule)).toBeUndefined();
});

test.each(['0 0 30 2 *', '0 0 31 2,4,6,9,11 *', '* * 30-31 2 *'])('%s never occurs', (schedule) => {
  expect(explainSchedule(schedule)).toContain('never occurs');
  expect(readSchedule(schedule, 'Europe/Berlin')?.findNext(0)).toBeUndefined();
  expect(findShortestPeriod(schedule)).toBeUndefined();
});

test.each([
  ['* * * * *', HOUR / 60],
  ['*/15 * * * *', HOUR / 4],
  ['0 * * * *', HOUR],
  ['0 9,17 * * *', 8 * HOUR],
  ['50 0,23 * * *', HOUR],
  ['0 9 * * *', DAY],
  ['0 9 * * 1-4', DAY],
  ['0 9 * * 1', 7 * DAY],
  ['0 9 * * 1,3', 2 * DAY],
  ['0 9 1 * *', 28 * DAY],
  ['0 9 31 * *', 31 * DAY],
  ['0 9 1 1 *', 365 * DAY],
  ['0 9 29 2 *', 1461 * DAY],
  ['0 9 13 * 5', DAY],
  ['0 9 1,31 * *', DAY],
  ['0 0,23 1,31 * *', HOUR],
])('the shortest period of %s is %d ms', (schedule, period) => {
  expect(findShortestPeriod(schedule)).toBe(period);
});

test('no two occurrences are nearer to each other than the shortest period', () => {
  const random = new SeededRandom(5);
  for (let i = 0; i < 60; i++) {
    const schedule = pickSchedule(random);
    const start = Date.parse('2027-01-01T00:00:00Z');
    const found = listOccurrences(schedule, 'UTC', [start, start + 8 * DAY]);
    const gaps = found.slice(1).map((time, k) => time - (found[k] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(findShortestPeriod(schedule) ?? 0);
  }
});

test('an occurrence is found as quickly where there is none as where there is one in each minute', () => {
  const growth = growthOf(
    8,
    (size) => () => {
      for (let i = 0; i < size; i++) readSchedule('0 0 30 2 *', 'Europe/Berlin')?.findNext(i);
    },
    50,
  );
  expect(growth).toBeLessThan(30);
});
