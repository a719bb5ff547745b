import { expect, test } from '@jest/globals';
import { Priority } from '../../src/ports/work-queue.ts';
import { flushMicrotasks } from '../harness/manual-clock.ts';
import { startController as start } from './start-controller.ts';

/** Something that trails a reconcile, with what makes it fail. */
function trailing(): { over: Promise<void>; fail: () => void } {
  const { promise, reject } = Promise.withResolvers<undefined>();
  return {
    over: promise,
    fail: () => {
      reject(new Error('aborted'));
    },
  };
}

test('while something trails, its key is reconciled again, and what trails is no part of that', async () => {
  const trails = trailing();
  let passes = 0;
  const { queue, controller } = start(() =>
    Promise.resolve({ kind: 'done', trailing: ++passes === 1 ? trails.over : undefined }),
  );
  queue.add('a/x', Priority.Event);
  await flushMicrotasks();
  expect([passes, controller.active]).toEqual([1, 0]);
  queue.add('a/x', Priority.Event);
  await flushMicrotasks();
  expect(passes).toBe(2);
});

test('what trails and fails is retried with a backoff that grows for as long as it fails', async () => {
  const reported: string[] = [];
  const times: number[] = [];
  const failures = 3;
  const { clock, queue, logger } = start(
    () => {
      times.push(clock.monotonic());
      const failed = times.length <= failures ? Promise.reject(new Error('not stored')) : undefined;
      return Promise.resolve({ kind: 'done', trailing: failed });
    },
    { onReconciled: (key, { kind }) => reported.push(`${key} ${kind}`) },
  );
  queue.add('a/x', Priority.Event);
  for (let ms = 0; ms < 10_000; ms += 50) {
    await flushMicrotasks();
    clock.advance(50);
  }
  expect(times).toEqual([0, 750, 2250, 5250]);
  expect(reported.filter((each) => each === 'a/x failed')).toHaveLength(failures);
  expect(logger.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields['error'])).toEqual([
    'not stored',
  ]);
});

test('stopping waits for what trails, and aborts it after the grace period', async () => {
  const trails = trailing();
  const signals: AbortSignal[] = [];
  const { clock, queue, controller } = start(
    (_key, signal) => {
      signals.push(signal);
      signal.addEventListener('abort', trails.fail);
      return Promise.resolve({ kind: 'done', trailing: trails.over });
    },
    { graceMs: 5000 },
  );
  queue.add('a/x', Priority.Event);
  await flushMicrotasks();
  let stopped = false;
  const stopping = controller.stop().then(() => (stopped = true));
  clock.advance(4999);
  await flushMicrotasks();
  expect([stopped, signals[0]?.aborted]).toEqual([false, false]);
  clock.advance(1);
  await stopping;
  expect([signals[0]?.aborted, clock.timers]).toEqual([true, 0]);
});

test('what trails a key that is abandoned is aborted, and not tried again for that', async () => {
  const { clock, queue, controller, logger } = start((_key, signal) => {
    const trails = trailing();
    signal.addEventListener('abort', trails.fail);
    return Promise.resolve({ kind: 'done', trailing: trails.over });
  });
  queue.add('a/x', Priority.Event);
  await flushMicrotasks();
  controller.abandon('a/x');
  await flushMicrotasks();
  expect(logger.lines).toEqual([]);
  expect(clock.timers).toBe(0);
});
