import { expect, test } from '@jest/globals';
import type { Window } from '../../../src/api/schema/rollout.ts';
import { stateOfWindows } from '../../../src/core/rollout/clock/windows.ts';
import { cheapestOf } from '../cpu-time.ts';

const NOW = Date.parse('2027-03-28T00:30:20Z');

function fill(count: number, fields: Partial<Window>, kind: Window['kind']): Window[] {
  return Array.from({ length: count }, (_, i) => ({
    timeZone: 'Europe/Berlin',
    ...fields,
    name: `w${i}`,
    kind,
  }));
}

const PLAIN = { schedule: '0 9 * * 1-4', duration: '7h' };

/** Windows of a tenant who wants them to take long. */
const HOSTILE: Partial<Window>[] = [
  { schedule: '* * * * *', duration: '1m' },
  { schedule: '* * * * *', duration: '30s' },
  { schedule: '* * * * *', duration: '1ms' },
  { schedule: '* * * * *', duration: '2562047h' },
  { schedule: '0 0 30 2 *', duration: '1m' },
  { schedule: '0 0 31 2,4,6,9,11 *', duration: '1m' },
  { schedule: '0 0 29 2 *', duration: '35000h' },
  { schedule: `${Array.from({ length: 60 }, (_, i) => i).join()} * * * *`, duration: '1m' },
  { schedule: '0,'.repeat(95) + '0 * * * *', duration: '1m' },
];

test.each(HOSTILE)(
  'twenty windows of $schedule for $duration take no longer than a hundred looks',
  (fields) => {
    for (const kind of ['Allow', 'Deny'] as const) {
      const [plain = 0, hostile = 0] = cheapestOf(
        [
          () => {
            // A plain one takes two looks.
            for (let i = 0; i < 100; i++) stateOfWindows(fill(1, PLAIN, 'Allow'), NOW);
          },
          () => stateOfWindows(fill(20, fields, kind), NOW),
        ],
        3,
      );
      expect(hostile).toBeLessThan(Math.max(30, 4 * plain));
    }
  },
);

test('a turn that lies behind too many others is left out', () => {
  const busy = fill(20, { schedule: '* * * * *', duration: '1m' }, 'Deny');
  expect(stateOfWindows(busy, NOW)).toEqual({ open: false, message: expect.stringContaining('denied by') });
});
