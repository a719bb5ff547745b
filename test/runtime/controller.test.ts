import { expect, test } from '@jest/globals';
import type { Outcome } from '../../src/ports/outcome.ts';
import { ClusterError } from '../../src/ports/cluster.ts';
import { Priority } from '../../src/ports/work-queue.ts';
import { flushMicrotasks } from '../harness/manual-clock.ts';
import { startController as start } from './start-controller.ts';

/** Reconciles one key with one outcome each time, and records the times. */
async function timesOf(outcome: () => Outcome, forMs: number): Promise<number[]> {
  const times: number[] = [];
  const { clock, queue } = start(() => {
    times.push(clock.monotonic());
    return Promise.resolve(outcome());
  });
  queue.add('a/x', Priority.Event);
  await flushMicrotasks();
  for (let ms = 0; ms < forMs; ms += 50) {
    clock.advance(50);
    await flushMicrotasks();
  }
  return times;
}

test('what is done is looked at again when it asked to be', async () => {
  expect(await timesOf(() => ({ kind: 'done' }), 10_000)).toEqual([0]);
  expect(await timesOf(() => ({ kind: 'done', requeueAfterMs: 400 }), 1000)).toEqual([0, 400, 800]);
});

test('what waits is looked at again when it asked to be', async () => {
  expect(await timesOf(() => ({ kind: 'waiting', reason: 'x', requeueAfterMs: 400 }), 1000)).toEqual([
    0, 400, 800,
  ]);
});

test('what is stalled is left alone until something changes', async () => {
  expect(await timesOf(() => ({ kind: 'stalled', reason: 'x' }), 100_000)).toEqual([0]);
});

test('what failed is retried with a backoff that grows', async () => {
  const error = new Error('x');
  expect(await timesOf(() => ({ kind: 'failed', error }), 6000)).toEqual([0, 750, 2250, 5250]);
});

test('any other outcome ends the backoff', async () => {
  const outcomes: Outcome[] = [
    { kind: 'failed', error: new Error('x') },
    { kind: 'failed', error: new Error('x') },
    { kind: 'waiting', reason: 'x', requeueAfterMs: 100 },
    { kind: 'failed', error: new Error('x') },
  ];
  expect(await timesOf(() => outcomes.shift() ?? { kind: 'done' }, 6000)).toEqual([0, 750, 2250, 2350, 3100]);
});

test('what passes by itself is tried again every minute at least, what waits for somebody ever more seldom', async () => {
  const longestGap = async (error: Error): Promise<number> => {
    const times = await timesOf(() => ({ kind: 'failed', error }), 300_000);
    return Math.max(...times.slice(1).map((time, i) => time - (times[i] ?? 0)));
  };
  expect(await longestGap(new ClusterError('Unreachable', 'x'))).toBe(60_000);
  expect(await longestGap(new ClusterError('Forbidden', 'x'))).toBe(96_000);
});

test('a reconcile that throws counts as failed, is logged with its stack, and does not end the worker', async () => {
  const reported: string[] = [];
  const { queue, logger } = start(
    () => {
      throw new Error('broken');
    },
    { workers: 1, onReconciled: (key, { kind }) => reported.push(`${key} ${kind}`) },
  );
  queue.add('a/x', Priority.Event);
  queue.add('a/y', Priority.Event);
  await flushMicrotasks();
  expect(reported).toEqual(['a/x failed', 'a/y failed']);
  const line = logger.lines.find(({ level }) => level === 'error');
  expect(line?.fields).toMatchObject({ controller: 'test', key: 'a/x', error: 'broken' });
  expect(line?.fields['stack']).toContain('controller.test.ts');
});

test('a failure that stays the same is a warning once, another is one again, and its end is logged', async () => {
  const errors = ['x', 'x', 'x', 'y', 'y'];
  const { clock, queue, logger } = start(
    () => {
      const message = errors.shift();
      return Promise.resolve(
        message === undefined ? { kind: 'done' } : { kind: 'failed', error: new Error(message) },
      );
    },
    { describe: (key) => ({ blueprint: key }) },
  );
  queue.add('a/x', Priority.Event);
  await flushMicrotasks();
  for (let seconds = 0; seconds < 60; seconds++) {
    clock.advance(1000);
    await flushMicrotasks();
  }
  const reported = logger.lines.map(({ level, fields }) => [level, fields['error']]);
  expect(reported).toEqual([
    ['warn', 'x'],
    ['debug', 'x'],
    ['debug', 'x'],
    ['warn', 'y'],
    ['debug', 'y'],
    ['info', undefined],
  ]);
  expect(new Set(logger.lines.map(({ fields }) => fields['blueprint']))).toEqual(new Set(['a/x']));
});

test('the oldest reconcile under way shows how long it has been running', async () => {
  const finish: (() => void)[] = [];
  const { clock, queue, controller } = start(
    () =>
      new Promise((resolve) => {
        finish.push(() => {
          resolve({ kind: 'done' });
        });
      }),
  );
  expect([controller.active, controller.longestMs]).toEqual([0, 0]);
  queue.add('a/x', Priority.Event);
  await flushMicrotasks();
  clock.advance(2000);
  queue.add('a/y', Priority.Event);
  await flushMicrotasks();
  clock.advance(1000);
  expect([controller.active, controller.longestMs]).toEqual([2, 3000]);
  finish[0]?.();
  await flushMicrotasks();
  expect([controller.active, controller.longestMs]).toEqual([1, 1000]);
});

test('a hook that throws does not end the worker', async () => {
  const seen: string[] = [];
  const { queue } = start(
    (key) => {
      seen.push(key);
      return Promise.resolve({ kind: 'done' });
    },
    {
      workers: 1,
      onReconciled: () => {
        throw new Error('broken');
      },
    },
  );
  queue.add('a/x', Priority.Event);
  queue.add('a/y', Priority.Event);
  await flushMicrotasks();
  expect(seen).toEqual(['a/x', 'a/y']);
});

test('as many keys are reconciled at a time as there are workers, and never one twice', async () => {
  const underWay: string[] = [];
  const finish: (() => void)[] = [];
  const { queue } = start(
    (key) =>
      new Promise((resolve) => {
        underWay.push(key);
        finish.push(() => {
          resolve({ kind: 'done' });
        });
      }),
  );
  for (const key of ['a/x', 'a/y', 'a/z']) queue.add(key, Priority.Event);
  await flushMicrotasks();
  queue.add('a/x', Priority.Spec);
  await flushMicrotasks();
  expect(underWay).toEqual(['a/x', 'a/y']);
  finish[1]?.();
  await flushMicrotasks();
  expect(underWay).toEqual(['a/x', 'a/y', 'a/z']);
  finish[0]?.();
  await flushMicrotasks();
  expect(underWay).toEqual(['a/x', 'a/y', 'a/z', 'a/x']);
});

test('stopping waits for what is under way, and starts nothing more', async () => {
  let finish = (): void => undefined;
  const seen: string[] = [];
  const { queue, controller } = start(
    (key) => {
      seen.push(key);
      return new Promise((resolve) => {
        finish = () => {
          resolve({ kind: 'done' });
        };
      });
    },
    { workers: 1 },
  );
  queue.add('a/x', Priority.Event);
  queue.add('a/y', Priority.Event);
  await flushMicrotasks();
  let stopped = false;
  const stopping = controller.stop().then(() => (stopped = true));
  await flushMicrotasks();
  expect(stopped).toBe(false);
  finish();
  await stopping;
  expect(seen).toEqual(['a/x']);
});

test('what is still under way after the grace period is aborted', async () => {
  const { clock, queue, controller } = start(
    (_key, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('aborted'));
        });
      }),
    { graceMs: 5000 },
  );
  queue.add('a/x', Priority.Event);
  await flushMicrotasks();
  const stopping = controller.stop();
  clock.advance(5000);
  await stopping;
  expect(clock.timers).toBe(0);
});

test('a reconcile that does not heed its abort is named, and does not hold up the stop', async () => {
  const { clock, queue, controller, logger } = start(() => new Promise(() => undefined), { graceMs: 5000 });
  queue.add('a/x', Priority.Event);
  await flushMicrotasks();
  const stopping = controller.stop();
  clock.advance(5000);
  await flushMicrotasks();
  clock.advance(1000);
  await stopping;
  expect(logger.lines.at(-1)).toMatchObject({ level: 'error', fields: { keys: ['a/x'] } });
});

test('a key that is abandoned is aborted, not tried again for that, and comes when it is added', async () => {
  const aborted: string[] = [];
  const { clock, queue, controller, logger } = start(
    (key, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted.push(key);
          reject(new Error('aborted'));
        });
      }),
  );
  for (const key of ['a/x', 'a/y']) queue.add(key, Priority.Event);
  await flushMicrotasks();
  controller.abandon('a/x');
  controller.abandon('a/z');
  await flushMicrotasks();
  clock.advance(1_000_000);
  await flushMicrotasks();
  expect(aborted).toEqual(['a/x']);
  expect(logger.lines.filter(({ message }) => message === 'the reconcile failed')).toEqual([]);
  queue.add('a/x', Priority.Spec);
  await flushMicrotasks();
  controller.abandon('a/x');
  await flushMicrotasks();
  expect(aborted).toEqual(['a/x', 'a/x']);
});

test('a stop without grace aborts at once', async () => {
  const { clock, queue, controller } = start(
    (_key, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          resolve({ kind: 'done' });
        });
      }),
  );
  queue.add('a/x', Priority.Event);
  await flushMicrotasks();
  const stopping = controller.stop(0);
  clock.advance(0);
  await stopping;
  expect(clock.timers).toBe(0);
});

test('what waits for something that no watch reports is looked at again when that is over', async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let reconciles = 0;
  const { queue } = start(() => {
    reconciles += 1;
    const outcome: Outcome = { kind: 'waiting', reason: 'x', until: promise };
    return Promise.resolve(reconciles === 1 ? outcome : { kind: 'done' });
  });
  queue.add('a/x', Priority.Event);
  await flushMicrotasks();
  expect(reconciles).toBe(1);
  resolve(undefined);
  await flushMicrotasks();
  expect(reconciles).toBe(2);
});
