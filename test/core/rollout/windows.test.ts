import { expect, test } from '@jest/globals';
import type { Window } from '../../../src/api/schema/rollout.ts';
import { type WindowState, stateOfWindows } from '../../../src/core/rollout/clock/windows.ts';

const office: Window = {
  name: 'office',
  kind: 'Allow',
  schedule: '0 9 * * 1-4',
  duration: '7h',
  timeZone: 'Europe/Berlin',
};
const freeze: Window = {
  name: 'freeze',
  kind: 'Deny',
  from: '2026-12-18T00:00:00Z',
  until: '2027-01-07T00:00:00Z',
  reason: 'end of year',
};

const at = (time: string): number => Date.parse(time);

function state(windows: readonly Window[], time: string): WindowState {
  return stateOfWindows(windows, at(time));
}

test('changes may happen at any time where there are no windows', () => {
  expect(state([], '2026-12-01T00:00:00Z')).toEqual({ open: true });
});

test('a window that allows is open from its schedule on, for its duration', () => {
  expect(state([office], '2026-12-01T07:59:59Z').open).toBe(false);
  expect(state([office], '2026-12-01T08:00:00Z')).toEqual({ open: true, closes: at('2026-12-01T15:00:00Z') });
  expect(state([office], '2026-12-01T14:59:59.999Z').open).toBe(true);
  expect(state([office], '2026-12-01T15:00:00Z').open).toBe(false);
});

test('what waits is told which windows allow changes, and when the next opens', () => {
  expect(state([office], '2026-12-03T20:00:00Z')).toEqual({
    open: false,
    message: 'no window is open that allows changes, of office; they may happen from 2026-12-07T08:00:00Z on',
    opens: at('2026-12-07T08:00:00Z'),
  });
});

test('a window that denies closes what another one opens, until both would let changes happen', () => {
  expect(state([office, freeze], '2026-12-22T10:00:00Z')).toEqual({
    open: false,
    message: 'changes are denied by freeze (end of year); they may happen from 2027-01-07T08:00:00Z on',
    opens: at('2027-01-07T08:00:00Z'),
  });
});

test('where all windows deny, changes may happen while none is open', () => {
  expect(state([freeze], '2026-12-17T12:00:00Z')).toEqual({ open: true, closes: at('2026-12-18T00:00:00Z') });
  expect(state([freeze], '2026-12-18T00:00:00Z').open).toBe(false);
  expect(state([freeze], '2027-01-07T00:00:00Z')).toEqual({ open: true });
});

test('either end of a window may be missing', () => {
  const always: Window = { name: 'on', kind: 'Allow', from: '2027-01-01T00:00:00Z' };
  expect(state([always], '2026-12-31T00:00:00Z')).toMatchObject({ opens: at('2027-01-01T00:00:00Z') });
  expect(state([always], '2030-01-01T00:00:00Z')).toEqual({ open: true });
  const stopped: Window = { name: 'stop', kind: 'Deny', from: '2027-01-01T00:00:00Z' };
  expect(state([stopped], '2030-01-01T00:00:00Z')).toEqual({
    open: false,
    message: 'changes are denied by stop',
  });
  const early: Window = { name: 'early', kind: 'Allow', until: '2027-01-01T00:00:00+01:00' };
  expect(state([early], '2026-12-31T22:00:00Z')).toEqual({ open: true, closes: at('2026-12-31T23:00:00Z') });
  expect(state([early], '2027-01-01T00:00:00Z')).toMatchObject({ open: false });
});

test('times may be written in small letters, and with parts of a second', () => {
  const short: Window = {
    name: 'short',
    kind: 'Allow',
    from: '2027-01-01t00:00:00.25z',
    until: '2027-01-01t00:00:01z',
  };
  const start = at('2027-01-01T00:00:00Z');
  expect([249, 250, 999, 1000].map((ms) => stateOfWindows([short], start + ms).open)).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test('a window stays open for its duration as a watch measures it while the clocks change', () => {
  const night: Window = {
    name: 'night',
    kind: 'Allow',
    schedule: '0 22 * * *',
    duration: '8h',
    timeZone: 'Europe/Berlin',
  };
  // In spring the clock shows 7 at the end, in autumn 5.
  expect(state([night], '2027-03-28T00:00:00Z')).toEqual({ open: true, closes: at('2027-03-28T05:00:00Z') });
  expect(state([night], '2027-10-31T00:00:00Z')).toEqual({ open: true, closes: at('2027-10-31T04:00:00Z') });
});

test('a window whose start the clock jumps over opens at the end of the jump', () => {
  const nightly: Window = {
    name: 'nightly',
    kind: 'Deny',
    schedule: '30 2 * * *',
    duration: '1h',
    timeZone: 'Europe/Berlin',
  };
  expect(state([nightly], '2027-03-28T01:00:00Z')).toMatchObject({ opens: at('2027-03-28T02:00:00Z') });
  expect(state([nightly], '2027-03-28T00:59:59Z').open).toBe(true);
});

test('a window that opens again as it closes is open all the time', () => {
  const daily: Window = { name: 'daily', kind: 'Allow', schedule: '0 0 * * *', duration: '24h' };
  expect(state([daily], '2027-01-01T00:00:00Z')).toEqual({ open: true });
  const denied = state([{ ...daily, kind: 'Deny' }], '2027-01-01T00:00:00Z');
  expect(denied).toEqual({ open: false, message: 'changes are denied by daily' });
});

test('a day of 25 hours has one more than a window of 24h, and a day of 23 leaves no gap', () => {
  const daily: Window = {
    name: 'daily',
    kind: 'Deny',
    schedule: '0 0 * * *',
    duration: '24h',
    timeZone: 'Europe/Berlin',
  };
  expect(state([daily], '2027-10-30T12:00:00Z')).toMatchObject({ opens: at('2027-10-31T22:00:00Z') });
  expect(state([daily], '2027-03-27T12:00:00Z')).not.toHaveProperty('opens');
});

test('the end of a freeze of years is found behind all the hours that would open before', () => {
  const hourly: Window = { name: 'hourly', kind: 'Allow', schedule: '30 * * * *', duration: '1m' };
  const years: Window = { name: 'years', kind: 'Deny', until: '2036-01-01T00:00:00Z' };
  expect(state([hourly, years], '2027-01-01T00:00:00Z')).toMatchObject({ opens: at('2036-01-01T00:30:00Z') });
});

test('a clock that jumps a day ahead and back changes nothing but for that day', () => {
  const now = at('2026-12-01T10:00:00Z');
  const before = stateOfWindows([office, freeze], now);
  expect(stateOfWindows([office, freeze], now + 17 * 24 * 3_600_000).open).toBe(false);
  expect(stateOfWindows([office, freeze], now)).toEqual(before);
});

test('the order of windows changes nothing', () => {
  const windows = [office, freeze, { ...freeze, name: 'another', reason: 'audit' }];
  const time = '2026-12-22T10:00:00Z';
  expect(state([...windows].reverse(), time)).toEqual(state(windows, time));
  expect(state(windows, time)).toMatchObject({
    message: expect.stringMatching(/^changes are denied by another \(audit\), freeze \(end of year\);/),
  });
});

test.each<[string, Partial<Window>]>([
  ['neither a schedule nor a time', {}],
  ['both', { schedule: '0 9 * * *', duration: '1h', from: '2026-01-01T00:00:00Z' }],
  ['no duration', { schedule: '0 9 * * *' }],
  ['a duration of nothing', { schedule: '0 9 * * *', duration: '0s' }],
  ['a duration that is none', { schedule: '0 9 * * *', duration: 'long' }],
  ['a schedule that is none', { schedule: 'daily', duration: '1h' }],
  ['a time zone that is unknown', { schedule: '0 9 * * *', duration: '1h', timeZone: 'Mars/Base' }],
  ['a time that is none', { from: 'tomorrow' }],
  ['an offset that is none', { until: '2099-01-01T00:00:00+99:99' }],
  ['an end before its start', { from: '2026-06-01T00:00:00Z', until: '2026-01-01T00:00:00Z' }],
])('a window with %s never allows, and always denies', (_, fields) => {
  const now = '2026-03-01T09:30:00Z';
  const wrong = { name: 'wrong', ...fields };
  expect(state([{ ...wrong, kind: 'Allow' }], now)).toEqual({
    open: false,
    message: 'no window is open that allows changes, of wrong',
  });
  expect(state([{ ...wrong, kind: 'Deny' }], now)).toEqual({
    open: false,
    message: 'changes are denied by wrong',
  });
});

test('a message names five windows and counts the others', () => {
  const windows = Array.from({ length: 20 }, (_, i): Window => ({
    name: `w${i + 10}`,
    kind: 'Deny',
    until: '2099-01-01T00:00:00Z',
  }));
  expect(state(windows, '2027-01-01T00:00:00Z')).toMatchObject({
    message: expect.stringMatching(/^changes are denied by w10, w11, w12, w13, w14 and 15 more; /),
  });
});
