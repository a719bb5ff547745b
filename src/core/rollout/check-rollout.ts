import { splitApiVersion } from '../../api/object.ts';
import type { RequiredObject, Rollout, Window } from '../../api/schema/rollout.ts';
import { checkSyntax } from '../grammar/cel/check-cel.ts';
import { quote } from '../validation/describe-value.ts';
import type { Problems } from '../validation/problem.ts';
import { parseDuration } from '../values/duration.ts';
import { itemPath } from '../values/path.ts';
import { suggestName } from '../values/suggest.ts';
import { explainSchedule, findShortestPeriod } from './clock/schedule.ts';
import { TIME_ZONES } from './clock/time-zones.ts';
import { formatDuration, parseTime } from './clock/times.ts';

/**
 * Refuses of a `rollout`, which stands at `path`, what its schema cannot: windows that never open or do not say when,
 * and expressions that the operator cannot or may not read.
 */
export function checkRollout(rollout: Rollout | undefined, path: string, problems: Problems): void {
  const { windows = [], requires = [], progressDeadline } = rollout ?? {};
  checkNames(windows, `${path}.windows`, problems);
  windows.forEach((window, i) => {
    checkWindow(window, itemPath(`${path}.windows`, i), problems);
  });
  requires.forEach((object, i) => {
    checkRequired(object, itemPath(`${path}.requires`, i), problems);
  });
  if (isZero(progressDeadline))
    problems.add(
      'too-small',
      `${path}.progressDeadline`,
      'must be longer than 0, or every change would fail at once: leave it out to wait for ever',
    );
}

/** The schema says the same of a list that it checks. */
function checkNames(windows: readonly Window[], path: string, problems: Problems): void {
  const first = new Map<string, number>();
  windows.forEach(({ name }, i) => {
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, i);
    else {
      const message = `name ${quote(name)} stands already at ${itemPath(path, earlier)}`;
      problems.addUnlessSaid('duplicate', itemPath(path, i), message);
    }
  });
}

function checkWindow(window: Window, path: string, problems: Problems): void {
  const { schedule, from, until } = window;
  const once = from !== undefined || until !== undefined;
  if (schedule !== undefined && once) {
    problems.add(
      'rule',
      path,
      'has both schedule and from or until: make two windows of it, or leave one out',
    );
  } else if (schedule !== undefined) checkRepeated({ ...window, schedule }, path, problems);
  else if (once) checkOnce(window, path, problems);
  else
    problems.add(
      'missing-field',
      path,
      'needs schedule and duration, or from or until, to say when it is open',
    );
}

function checkRepeated(window: Window & { schedule: string }, path: string, problems: Problems): void {
  const { schedule, duration, timeZone } = window;
  const wrong = explainSchedule(schedule);
  if (wrong !== undefined) problems.add('schedule', `${path}.schedule`, wrong);
  if (timeZone !== undefined && !TIME_ZONES.has(timeZone))
    problems.add('time-zone', `${path}.timeZone`, `${quote(timeZone)} is no time zone of the IANA`, {
      key: timeZone,
      find: () => suggestTimeZone(timeZone),
    });
  if (duration === undefined) {
    const message = 'is required beside schedule, to say how long the window stays open, e.g. 7h';
    problems.add('missing-field', `${path}.duration`, message);
  } else checkLength(duration, schedule, `${path}.duration`, problems);
}

function suggestTimeZone(unknown: string): string {
  const near = suggestName(unknown, TIME_ZONES);
  return near === undefined
    ? ': name one as Europe/Berlin, America/New_York or UTC'
    : `; did you mean ${JSON.stringify(near)}?`;
}

function checkLength(duration: string, schedule: string, path: string, problems: Problems): void {
  const length = parseDuration(duration);
  if (length === undefined) return;
  if (isZero(duration)) {
    problems.add('too-small', path, 'must be longer than 0, or the window never opens: leave the window out');
    return;
  }
  const period = findShortestPeriod(schedule);
  if (period !== undefined && length > period)
    problems.add(
      'too-large',
      path,
      `is ${formatDuration(length)}, and the schedule may open the window again ${formatDuration(period)} later: at most that is allowed`,
    );
}

function checkOnce({ duration, timeZone, from, until }: Window, path: string, problems: Problems): void {
  for (const [field, value] of Object.entries({ duration, timeZone })) {
    if (value === undefined) continue;
    problems.add(
      'misplaced',
      `${path}.${field}`,
      'belongs to schedule, and from and until need none: leave it out',
    );
  }
  const [opens, closes] = [from, until].map((time) => (time === undefined ? undefined : parseTime(time)));
  for (const [field, text, time] of [
    ['from', from, opens],
    ['until', until, closes],
  ] as const) {
    if (text === undefined || time !== undefined) continue;
    const message = 'is no time, by its offset from UTC: use one as 2026-12-31T18:00:00+01:00';
    problems.addUnlessSaid('format', `${path}.${field}`, message);
  }
  if (opens !== undefined && closes !== undefined && opens >= closes)
    problems.add(
      'rule',
      `${path}.until`,
      'must be after from, or the window is never open: put a later time',
    );
}

/** See the same checks of `dependsOnObjects`. */
function checkRequired(
  { apiVersion, kind, readyExpr }: RequiredObject,
  path: string,
  problems: Problems,
): void {
  if (readyExpr === undefined) return;
  if (splitApiVersion(apiVersion).group === '' && kind === 'Secret')
    problems.add(
      'not-allowed',
      `${path}.readyExpr`,
      'an expression over a Secret would tell of its values: leave it out, so that the Secret has to exist',
    );
  const wrong = checkSyntax(readyExpr);
  if (wrong !== undefined) problems.add('expression', `${path}.readyExpr`, wrong);
}

function isZero(duration: string | undefined): boolean {
  return (parseDuration(duration) ?? 1) < 1;
}
