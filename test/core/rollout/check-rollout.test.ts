import { expect, test } from '@jest/globals';
import { Rollout } from '../../../src/api/schema/rollout.ts';
import { checkRollout } from '../../../src/core/rollout/check-rollout.ts';
import { type Report, type Schema, checkSchema } from '../../../src/core/validation/check-schema.ts';
import { Problems } from '../../../src/core/validation/problem.ts';
import { joinPath } from '../../../src/core/values/path.ts';
import { growthOf } from '../cpu-time.ts';

/** The problems of a rollout as `path: message`, by its schema and by what that cannot say. */
function check(rollout: Rollout): string[] {
  const problems = new Problems();
  const report: Report = (rule, steps, message) => {
    problems.add(rule, joinPath('', steps), message);
  };
  checkSchema(Rollout as unknown as Schema, rollout, report, ['rollout']);
  checkRollout(rollout, 'rollout', problems);
  return problems.list().map(({ path, message }) => `${path}: ${message}`);
}

const night = { name: 'night', kind: 'Allow', schedule: '0 22 * * *', duration: '4h' } as const;

test('a rollout of all fields is allowed, as none is', () => {
  const full: Rollout = {
    approval: 'Manual',
    maxDeletions: 5,
    windows: [
      { ...night, timeZone: 'Europe/Berlin', reason: 'nobody buys' },
      { name: 'freeze', kind: 'Deny', from: '2026-12-18T00:00:00Z', until: '2027-01-07T00:00:00Z' },
      { name: 'since', kind: 'Allow', from: '2026-12-18T00:00:00Z' },
      { name: 'daily', kind: 'Deny', schedule: '0 0 * * *', duration: '24h' },
    ],
    requires: [
      { apiVersion: 'batch/v1', kind: 'Job', name: 'smoke-test', readyExpr: 'dep.status.succeeded > 0' },
    ],
    soak: '0s',
    progressDeadline: '30m',
    onFailure: 'Rollback',
    revisionHistoryLimit: 50,
  };
  expect(check(full)).toEqual([]);
  expect(check({})).toEqual([]);
  const problems = new Problems();
  checkRollout(undefined, 'spec.rollout', problems);
  expect(problems.none).toBe(true);
});

test.each<[string, object, unknown[]]>([
  [
    'says nothing of when',
    { schedule: undefined, duration: undefined },
    ['rollout.windows[0]: needs schedule and duration, or from or until, to say when it is open'],
  ],
  [
    'says it in two ways',
    { until: '2027-01-01T00:00:00Z' },
    ['rollout.windows[0]: has both schedule and from or until: make two windows of it, or leave one out'],
  ],
  [
    'has a schedule with a wrong field',
    { schedule: '0 25 * * *' },
    [
      'rollout.windows[0].schedule: cannot be read in its field 2, the hour: 0 to 23 are allowed, *, and lists, ranges and steps of these, e.g. 1,3 or 1-5 or */2',
    ],
  ],
  [
    'has a schedule of other fields',
    { schedule: '@daily' },
    [
      'rollout.windows[0].schedule: must have the five fields of cron (minute, hour, day of month, month, day of week), e.g. 0 9 * * 1-5',
    ],
  ],
  [
    'never occurs',
    { schedule: '0 0 30 2 *' },
    [
      'rollout.windows[0].schedule: never occurs, as none of its months has such a day: change the day or the month',
    ],
  ],
  [
    'has a time zone that is misspelt',
    { timeZone: 'europe/berlin' },
    [
      'rollout.windows[0].timeZone: "europe/berlin" is no time zone of the IANA; did you mean "Europe/Berlin"?',
    ],
  ],
  [
    'has a time zone that is none',
    { timeZone: 'the office' },
    [
      'rollout.windows[0].timeZone: this value is no time zone of the IANA: name one as Europe/Berlin, America/New_York or UTC',
    ],
  ],
  [
    'does not say for how long',
    { duration: undefined },
    [
      'rollout.windows[0].duration: is required beside schedule, to say how long the window stays open, e.g. 7h',
    ],
  ],
  [
    'is open for no time',
    { duration: '0m' },
    ['rollout.windows[0].duration: must be longer than 0, or the window never opens: leave the window out'],
  ],
  [
    'is open for longer than its period',
    { duration: '25h' },
    [
      'rollout.windows[0].duration: is 25h, and the schedule may open the window again 24h later: at most that is allowed',
    ],
  ],
  [
    'is open for ages',
    { duration: '2562047h' },
    [
      'rollout.windows[0].duration: is 2562047h, and the schedule may open the window again 24h later: at most that is allowed',
    ],
  ],
  [
    'has a duration that is none',
    { duration: 'long' },
    [expect.stringContaining('rollout.windows[0].duration: "long" must match')],
  ],
  [
    'ends before it begins',
    {
      schedule: undefined,
      duration: undefined,
      from: '2027-01-02T00:00:00Z',
      until: '2027-01-02T01:00:00+02:00',
    },
    ['rollout.windows[0].until: must be after from, or the window is never open: put a later time'],
  ],
  [
    'has what belongs to a schedule',
    { schedule: undefined, timeZone: 'Mars/Base', from: '2027-01-02T00:00:00Z' },
    [
      'rollout.windows[0].duration: belongs to schedule, and from and until need none: leave it out',
      'rollout.windows[0].timeZone: belongs to schedule, and from and until need none: leave it out',
    ],
  ],
  [
    'has a time with an offset that is none',
    { schedule: undefined, duration: undefined, from: '2027-01-02T00:00:00+77:00' },
    ['rollout.windows[0].from: is no time, by its offset from UTC: use one as 2026-12-31T18:00:00+01:00'],
  ],
  [
    'has a time that the schema refuses',
    { schedule: undefined, duration: undefined, until: 'tomorrow' },
    ['rollout.windows[0].until: "tomorrow" must be a time as in RFC 3339, e.g. 2026-12-31T18:00:00Z'],
  ],
])('a window that %s is refused', (_, fields, expected) => {
  const window = JSON.parse(JSON.stringify({ ...night, ...fields })) as typeof night;
  expect(check({ windows: [window] })).toEqual(expected);
});

test('two windows of one name are refused once, with or without the schema', () => {
  const windows = [night, { ...night }];
  const expected = 'rollout.windows[1]: name "night" stands already at rollout.windows[0]';
  expect(check({ windows })).toEqual([expected]);
  const problems = new Problems();
  checkRollout({ windows }, 'rollout', problems);
  expect(problems.list()).toMatchObject([{ rule: 'duplicate', path: 'rollout.windows[1]' }]);
});

test('an expression over a Secret is refused, and one that does not parse', () => {
  const requires = [
    { apiVersion: 'v1', kind: 'Secret', name: 'token', readyExpr: 'size(dep.data) > 0' },
    { apiVersion: 'batch/v1', kind: 'Job', name: 'smoke', readyExpr: 'dep.status.' },
    { apiVersion: 'v1', kind: 'Secret', name: 'token' },
  ];
  expect(check({ requires })).toEqual([
    'rollout.requires[0].readyExpr: an expression over a Secret would tell of its values: leave it out, so that the Secret has to exist',
    expect.stringContaining('rollout.requires[1].readyExpr: '),
  ]);
});

test('a deadline of no time is refused', () => {
  expect(check({ progressDeadline: '0s' })).toEqual([
    'rollout.progressDeadline: must be longer than 0, or every change would fail at once: leave it out to wait for ever',
  ]);
});

test('every problem is told, at its own path', () => {
  const windows = Array.from({ length: 20 }, (_, i) => ({
    ...night,
    name: `w${i}`,
    schedule: '61 * * * *',
    timeZone: 'Nowhere',
    duration: '0s',
  }));
  expect(check({ windows })).toHaveLength(60);
});

test('checks take time linear in the number of windows, whatever their schedules', () => {
  const schedules = ['0 0 1 1 *', '0 0 30 2 *', '* * * * *', `${'0,'.repeat(90)}0 0 1 * *`, 'a'.repeat(200)];
  for (const schedule of schedules) {
    const windows = (count: number): NonNullable<Rollout['windows']> =>
      Array.from({ length: count }, (_, i) => ({ ...night, name: `w${i}`, schedule, duration: '9000h' }));
    const growth = growthOf(
      8,
      (size) => () => {
        checkRollout({ windows: windows(size) }, 'rollout', new Problems());
      },
      20,
    );
    expect(growth).toBeLessThan(32);
  }
});
