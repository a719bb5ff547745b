import { expect, test } from '@jest/globals';
import { systemClock } from '../../src/runtime/system-clock.ts';

test('a timer runs after its time', async () => {
  await new Promise<void>((resolve) => {
    systemClock.after(5, resolve);
  });
});

test('a cancelled timer does not run, and one longer than Node can hold does not run at once', async () => {
  const ran: string[] = [];
  const record = (name: string) => () => {
    ran.push(name);
  };
  systemClock.after(1, record('cancelled')).cancel();
  const long = systemClock.after(2 ** 40, record('long'));
  await new Promise<void>((resolve) => {
    systemClock.after(5, resolve);
  });
  long.cancel();
  expect(ran).toEqual([]);
});
