import { expect, test } from '@jest/globals';
import { Priority } from '../../src/ports/work-queue.ts';
import { FairWorkQueue } from '../../src/runtime/work-queue.ts';
import { ManualClock } from '../harness/manual-clock.ts';

function open(random = () => 0) {
  const clock = new ManualClock();
  return { clock, queue: new FairWorkQueue({ clock, random }) };
}

test('a delayed key comes when its time has come', async () => {
  const { clock, queue } = open();
  queue.addAfter('a/x', 100, Priority.Event);
  clock.advance(99);
  expect(queue.depth).toBe(0);
  clock.advance(1);
  expect(queue.depth).toBe(1);
  expect(await queue.take()).toBe('a/x');
});

test.each([
  ['later first', [200, 100]],
  ['earlier first', [100, 200]],
])('of several delays the earliest counts, and the key comes once: %s', (_order, delays) => {
  const { clock, queue } = open();
  for (const ms of delays) queue.addAfter('a/x', ms, Priority.Event);
  clock.advance(100);
  expect(queue.depth).toBe(1);
  clock.advance(1000);
  expect(queue.depth).toBe(1);
});

test('a key that is added for now does not come again at its old time', async () => {
  const { clock, queue } = open();
  queue.addAfter('a/x', 100, Priority.Resync);
  queue.add('a/x', Priority.Event);
  expect(await queue.take()).toBe('a/x');
  queue.done('a/x');
  clock.advance(1000);
  expect(queue.depth).toBe(0);
  expect(clock.timers).toBe(0);
});

test('a delay that ends while the key is worked on makes it come again', () => {
  const { clock, queue } = open();
  queue.add('a/x', Priority.Event);
  void queue.take();
  queue.addAfter('a/x', 100, Priority.Event);
  clock.advance(100);
  expect(queue.depth).toBe(0);
  queue.done('a/x');
  expect(queue.depth).toBe(1);
});

test('a delay that a reconcile asks for is kept after it is done', () => {
  const { clock, queue } = open();
  queue.add('a/x', Priority.Event);
  void queue.take();
  queue.addAfter('a/x', 100, Priority.Event);
  queue.done('a/x');
  expect(queue.depth).toBe(0);
  clock.advance(100);
  expect(queue.depth).toBe(1);
});

test('one timer serves all delayed keys, and they come in the order of their times', async () => {
  const { clock, queue } = open();
  const delays = Array.from({ length: 200 }, (_, i) => ((i * 73) % 200) + 1);
  for (const ms of delays) queue.addAfter(`a/${ms}`, ms, Priority.Event);
  expect(clock.timers).toBe(1);
  const taken: string[] = [];
  for (let ms = 0; ms < 200; ms++) {
    clock.advance(1);
    while (queue.depth > 0) taken.push((await queue.take()) ?? '');
    expect(clock.timers).toBeLessThanOrEqual(1);
  }
  expect(taken).toEqual(delays.toSorted((a, b) => a - b).map((ms) => `a/${ms}`));
});

test('the order holds when keys are withdrawn from the middle', async () => {
  const { clock, queue } = open();
  for (let ms = 1; ms <= 100; ms++) queue.addAfter(`a/${ms}`, ((ms * 37) % 101) + 1, Priority.Event);
  for (let ms = 1; ms <= 100; ms += 3) queue.add(`a/${ms}`, Priority.Spec);
  while (queue.depth > 0) queue.done((await queue.take()) ?? '');
  const due: number[] = [];
  for (let now = 1; now <= 101; now++) {
    clock.advance(1);
    while (queue.depth > 0) {
      await queue.take();
      due.push(now);
    }
  }
  const expected = Array.from({ length: 100 }, (_, i) => i + 1).filter((ms) => ms % 3 !== 1);
  expect(due).toEqual(expected.map((ms) => ((ms * 37) % 101) + 1).sort((a, b) => a - b));
});

test('the backoff of a key doubles up to a quarter of an hour, and ends when it is forgotten', () => {
  const { queue } = open();
  const delays = Array.from({ length: 12 }, () => queue.addRateLimited('a/x'));
  expect(delays.slice(0, 4)).toEqual([750, 1500, 3000, 6000]);
  expect(delays.at(-1)).toBe(900_000);
  expect(queue.addRateLimited('a/other')).toBe(750);
  queue.forget('a/x');
  expect(queue.addRateLimited('a/x')).toBe(750);
});

test('a backoff may have a bound of its own, and goes on growing beside it', () => {
  const { queue } = open();
  const delays = Array.from({ length: 4 }, () => queue.addRateLimited('a/x', 2000));
  expect(delays).toEqual([750, 1500, 2000, 2000]);
  expect(queue.addRateLimited('a/x')).toBe(12_000);
});

test('the backoff never overflows', () => {
  const { queue } = open();
  for (let i = 0; i < 5000; i++) queue.addRateLimited('a/x');
  expect(queue.addRateLimited('a/x')).toBe(900_000);
});

test('jitter takes up to a fifth off the backoff', () => {
  const { queue } = open(() => 0.5);
  expect(queue.addRateLimited('a/x')).toBe(675);
});
