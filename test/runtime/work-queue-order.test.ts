import { expect, test } from '@jest/globals';
import { Priority } from '../../src/ports/work-queue.ts';
import { FairWorkQueue } from '../../src/runtime/work-queue.ts';
import { ManualClock, flushMicrotasks } from '../harness/manual-clock.ts';

function open() {
  const clock = new ManualClock();
  return { clock, queue: new FairWorkQueue({ clock, random: () => 0 }) };
}

async function takeAll(queue: FairWorkQueue): Promise<string[]> {
  const taken: string[] = [];
  while (queue.depth > 0) taken.push((await queue.take()) ?? '');
  return taken;
}

test('a key that is added many times is handed out once', async () => {
  const { queue } = open();
  for (let i = 0; i < 3; i++) queue.add('a/x', Priority.Event);
  expect(queue.depth).toBe(1);
  expect(await takeAll(queue)).toEqual(['a/x']);
});

test('a key that is added while it is worked on comes again, after it is done and not before', async () => {
  const { queue } = open();
  queue.add('a/x', Priority.Event);
  await queue.take();
  queue.add('a/x', Priority.Event);
  queue.add('a/x', Priority.Spec);
  expect(queue.depth).toBe(0);
  queue.done('a/x');
  expect(await takeAll(queue)).toEqual(['a/x']);
  queue.done('a/x');
  expect(queue.depth).toBe(0);
});

test('what the user changed comes before events, and those before resyncs', async () => {
  const { queue } = open();
  queue.add('a/resync', Priority.Resync);
  queue.add('a/event', Priority.Event);
  queue.add('a/spec', Priority.Spec);
  expect(await takeAll(queue)).toEqual(['a/spec', 'a/event', 'a/resync']);
});

test('a waiting key is raised by a more urgent add, and not lowered by a less urgent one', async () => {
  const { queue } = open();
  queue.add('a/x', Priority.Resync);
  queue.add('a/y', Priority.Event);
  queue.add('a/x', Priority.Spec);
  queue.add('a/x', Priority.Resync);
  expect(queue.depth).toBe(2);
  expect(await takeAll(queue)).toEqual(['a/x', 'a/y']);
});

test('a key that was raised, worked off and added again is not handed out twice', async () => {
  const { queue } = open();
  queue.add('a/other', Priority.Spec);
  queue.add('a/x', Priority.Resync);
  queue.add('a/x', Priority.Spec);
  await takeAll(queue);
  queue.done('a/x');
  queue.add('a/x', Priority.Resync);
  expect(await takeAll(queue)).toEqual(['a/x']);
});

test('a tenant with many keys does not delay the others', async () => {
  const { queue } = open();
  for (let i = 0; i < 100; i++) queue.add(`busy/${i}`, Priority.Event);
  queue.add('small/x', Priority.Event);
  queue.add('tiny/x', Priority.Event);
  const taken = await takeAll(queue);
  expect(taken.slice(0, 4)).toEqual(['busy/0', 'small/x', 'tiny/x', 'busy/1']);
  expect(taken).toHaveLength(102);
});

test('a tenant cannot get ahead by adding its keys again', async () => {
  const { queue } = open();
  for (const key of ['busy/a', 'busy/b', 'small/a', 'small/b']) queue.add(key, Priority.Event);
  const taken: string[] = [];
  for (let i = 0; i < 6; i++) {
    const key = (await queue.take()) ?? '';
    taken.push(key);
    queue.done(key);
    if (key.startsWith('busy')) queue.add(key, Priority.Event);
  }
  expect(taken).toEqual(['busy/a', 'small/a', 'busy/b', 'small/b', 'busy/a', 'busy/b']);
});

test('cluster-scoped keys, which have no namespace, are one tenant', async () => {
  const { queue } = open();
  for (const key of ['x', 'y', 'a/z']) queue.add(key, Priority.Event);
  expect(await takeAll(queue)).toEqual(['x', 'a/z', 'y']);
});

test('whoever waits is served in order as keys come', async () => {
  const { queue } = open();
  const served: string[] = [];
  void queue.take().then((key) => served.push(`first ${key ?? ''}`));
  void queue.take().then((key) => served.push(`second ${key ?? ''}`));
  queue.add('a/x', Priority.Event);
  queue.add('a/y', Priority.Event);
  await flushMicrotasks();
  expect(served).toEqual(['first a/x', 'second a/y']);
});

test('shutting down wakes whoever waits, keeps what is left, and refuses more', async () => {
  const { clock, queue } = open();
  const waiting = queue.take();
  queue.addAfter('a/later', 1000, Priority.Event);
  queue.shutDown();
  queue.add('a/x', Priority.Event);
  expect(await waiting).toBeUndefined();
  expect(await queue.take()).toBeUndefined();
  expect(clock.timers).toBe(0);
});

test('ten thousand keys of a hundred tenants come out complete and evenly', async () => {
  const { queue } = open();
  for (let i = 0; i < 10_000; i++) queue.add(`ns-${i % 100}/${i}`, Priority.Event);
  const taken = await takeAll(queue);
  expect(new Set(taken).size).toBe(10_000);
  expect(new Set(taken.slice(0, 100).map((key) => key.split('/')[0])).size).toBe(100);
});
