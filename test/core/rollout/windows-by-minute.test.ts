import { expect, test } from '@jest/globals';
import type { Window } from '../../../src/api/schema/rollout.ts';
import { stateOfWindows } from '../../../src/core/rollout/clock/windows.ts';
import { SeededRandom } from '../../harness/random.ts';
import { type Plain, listStates } from './wall-clock.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const ZONES = ['UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/New_York'];

/** Days at whose night clocks change in one of the zones, and one without. */
const DAYS = ['2027-03-28', '2027-10-31', '2027-04-03', '2027-10-02', '2027-03-14', '2027-06-15'];

function pickWindow(random: SeededRandom, name: string, start: number): Plain {
  const kind = random.pick(['Allow', 'Deny'] as const);
  if (random.chance(0.25)) {
    const from = start + random.below(2 * 24 * 60) * MINUTE;
    const until = from + (1 + random.below(2 * 24 * 60)) * MINUTE;
    const ends = random.pick([{ from, until }, { from, until }, { from }, { until }]);
    const written = Object.entries(ends).map(([field, time]) => [field, new Date(time).toISOString()]);
    return { window: { name, kind, ...(Object.fromEntries(written) as Partial<Window>) }, minutes: 0 };
  }
  const minute = random.pick(['0', '30', '*/20', String(random.below(60))]);
  const hour = random.pick(['*', '*/6', '1', '2', '3', '2,14', '22', String(random.below(24))]);
  const weekday = random.pick(['*', '*', '1-5', '0,6']);
  const minutes = random.pick([1, 5, 30, 60, 420, 1440, 1500]);
  const schedule = `${minute} ${hour} * * ${weekday}`;
  const window = { name, kind, schedule, duration: `${minutes}m`, timeZone: random.pick(ZONES) };
  return { window, minutes };
}

/** Windows, and whether changes may happen in each minute of three days over which clocks may change. */
function pickCase(random: SeededRandom): { windows: Window[]; start: number; states: boolean[] } {
  const start = Date.parse(`${random.pick(DAYS)}T00:00:00Z`) - DAY;
  const plain = Array.from({ length: random.below(4) }, (_, i) => pickWindow(random, `w${i}`, start));
  const states = listStates(plain, start, start + 3 * DAY);
  return { windows: plain.map(({ window }) => window), start, states };
}

test('windows are open as looking at each minute says, and turn when the first minute differs', () => {
  const random = new SeededRandom(2027);
  let [opened, closed] = [0, 0];
  for (let i = 0; i < 80; i++) {
    const { windows, start, states } = pickCase(random);
    for (let k = 0; k < 12; k++) {
      const minute = random.below(states.length);
      const found = stateOfWindows(windows, start + minute * MINUTE + random.below(MINUTE));
      const later = states.findIndex((open, j) => j > minute && open !== states[minute]);
      const turn = found.open ? found.closes : found.opens;
      const where = { windows, minute: new Date(start + minute * MINUTE).toISOString() };
      expect({ ...where, open: found.open }).toEqual({ ...where, open: states[minute] });
      if (later >= 0) expect({ ...where, turn }).toEqual({ ...where, turn: start + later * MINUTE });
      else if (turn !== undefined) expect(turn).toBeGreaterThanOrEqual(start + 3 * DAY);
      if (later >= 0 && found.open) closed += 1;
      if (later >= 0 && !found.open) opened += 1;
    }
  }
  expect(Math.min(opened, closed)).toBeGreaterThan(100);
});
