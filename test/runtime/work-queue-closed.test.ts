import { expect, test } from '@jest/globals';
import { Priority } from '../../src/ports/work-queue.ts';
import { FairWorkQueue } from '../../src/runtime/work-queue.ts';
import { ManualClock } from '../harness/manual-clock.ts';

test('a closed queue keeps no key, and takes keys once it is opened', async () => {
  const queue = new FairWorkQueue({ clock: new ManualClock(), random: () => 0, closed: true });
  queue.add('a/x', Priority.Spec);
  queue.addAfter('a/y', 1000, Priority.Event);
  queue.addRateLimited('a/z');
  expect(queue.depth).toBe(0);
  queue.open();
  expect(queue.depth).toBe(0);
  queue.add('a/x', Priority.Spec);
  expect(await queue.take()).toBe('a/x');
});
