/**
 * What gates ask of the clock: windows (here), schedules of cron and the time zones that they know, and times and
 * durations as texts. Everything is pure. Begin with {@link stateOfWindows}.
 */
import type { Window } from '../../../api/schema/rollout.ts';
import { parseDuration } from '../../values/duration.ts';
import { compare } from '../../values/path.ts';
import { joinFirst } from '../../values/suggest.ts';
import { readSchedule } from './schedule.ts';
import { formatTime, parseTime } from './times.ts';

/** Whether changes may happen at a moment, as far as windows decide that. */
export type WindowState =
  /** `closes` is when they may happen no longer, in milliseconds since the epoch; missing if that is not known. */
  | { open: true; closes?: number }
  /** `opens` is when they may happen again, in milliseconds since the epoch; missing if that is not known. */
  | { open: false; message: string; opens?: number };

/** Whether a window is open at some moment, and the end of the time for which that surely stays so. */
interface Span {
  open: boolean;
  /** In milliseconds since the epoch, after the moment; Infinity for ever. */
  until: number;
}

/** A window, and its span at the moment that is looked at. */
interface Looked {
  window: Window;
  spanAt: (moment: number) => Span;
  span: Span;
}

/** How many spans of windows are looked at to find when changes may happen again, or no longer. */
const MAX_LOOKS = 100;

/** The longest duration that is told from a longer one, in milliseconds: no schedule has a period of ten years. */
const MAX_DURATION = 3660 * 24 * 3_600_000;

/** The most names of windows in a message. */
const MAX_NAMES = 5;

/**
 * Whether changes may happen at `now`, in milliseconds since the epoch: a window that allows is open, or none is there,
 * and no window that denies is open. A window is open from each time of its schedule on for its duration as a watch
 * measures it, also where the clocks change meanwhile. What cannot be read never allows, and always denies.
 */
export function stateOfWindows(windows: readonly Window[], now: number): WindowState {
  const looked = [...windows]
    .sort((a, b) => compare(a.name, b.name))
    .map((window) => {
      const spanAt = readWindow(window) ?? ((): Span => ({ open: window.kind === 'Deny', until: Infinity }));
      return { window, spanAt, span: spanAt(now) };
    });
  const turn = findTurn(looked);
  if (isOpen(looked)) return turn === undefined ? { open: true } : { open: true, closes: turn };
  const message = explainClosed(looked, turn);
  return turn === undefined ? { open: false, message } : { open: false, message, opens: turn };
}

/** Reads when a window is open; undefined where it does not say so in exactly one way. */
function readWindow({
  schedule,
  duration,
  timeZone = 'UTC',
  from,
  until,
}: Window): Looked['spanAt'] | undefined {
  const once = from !== undefined || until !== undefined;
  if (once) return schedule === undefined ? readOnce(from, until) : undefined;
  const length = Math.trunc(Math.min(parseDuration(duration) ?? 0, MAX_DURATION));
  const read = schedule === undefined || length < 1 ? undefined : readSchedule(schedule, timeZone);
  if (read === undefined) return undefined;
  return (moment) => {
    const start = read.findNext(moment - length);
    if (start === undefined) return { open: false, until: Infinity };
    return start > moment ? { open: false, until: start } : { open: true, until: start + length };
  };
}

function readOnce(from: string | undefined, until: string | undefined): Looked['spanAt'] | undefined {
  const opens = from === undefined ? -Infinity : parseTime(from);
  const closes = until === undefined ? Infinity : parseTime(until);
  if (opens === undefined || closes === undefined || opens >= closes) return undefined;
  return (moment) => {
    if (moment < opens) return { open: false, until: opens };
    return moment < closes ? { open: true, until: closes } : { open: false, until: Infinity };
  };
}

const denies = ({ window, span }: Looked): boolean => window.kind === 'Deny' && span.open;
const allows = ({ window, span }: Looked): boolean => window.kind === 'Allow' && span.open;

function isOpen(looked: readonly Looked[]): boolean {
  const anytime = looked.every(({ window }) => window.kind === 'Deny');
  return (anytime || looked.some(allows)) && !looked.some(denies);
}

/** The first moment after that of the spans at which changes may happen, or no longer; undefined if not found. */
function findTurn(looked: readonly Looked[]): number | undefined {
  const open = isOpen(looked);
  let current = looked;
  for (let looks = 0; looks < MAX_LOOKS;) {
    const moment = findEarliestTurn(current, open);
    if (!Number.isFinite(moment)) return undefined;
    looks += current.filter(({ span }) => span.until <= moment).length;
    current = current.map((one) => (one.span.until > moment ? one : { ...one, span: one.spanAt(moment) }));
    if (isOpen(current) !== open) return moment;
  }
  return undefined;
}

/** The moment before which it surely stays open or closed; Infinity for ever. One of the spans ends at it. */
function findEarliestTurn(looked: readonly Looked[], open: boolean): number {
  const ends = (kind: Window['kind'], isThen: boolean): number[] =>
    looked
      .filter(({ window, span }) => window.kind === kind && span.open === isThen)
      .map(({ span }) => span.until);
  if (open) return Math.min(latestOf(ends('Allow', true)) ?? Infinity, ...ends('Deny', false));
  return latestOf(ends('Deny', true)) ?? Math.min(...ends('Allow', false));
}

function latestOf(moments: readonly number[]): number | undefined {
  return moments.length === 0 ? undefined : Math.max(...moments);
}

function explainClosed(looked: readonly Looked[], opens: number | undefined): string {
  const again = opens === undefined ? '' : `; they may happen from ${formatTime(opens)} on`;
  const denying = looked.filter(denies).map(({ window }) => window);
  const names = (windows: readonly Window[]): string => joinFirst(windows.map(describeWindow), MAX_NAMES);
  if (denying.length > 0) return `changes are denied by ${names(denying)}${again}`;
  const allowing = looked.map(({ window }) => window).filter(({ kind }) => kind === 'Allow');
  return `no window is open that allows changes, of ${names(allowing)}${again}`;
}

function describeWindow({ name, reason = '' }: Window): string {
  return reason === '' ? name : `${name} (${reason})`;
}
