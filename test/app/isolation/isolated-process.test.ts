import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { IsolatedProcess } from '../../../src/app/isolation/isolated-process.ts';
import { isAlive } from '../../harness/operator/child-processes.ts';
import { recordLog } from '../../harness/record-log.ts';
import { waitFor } from '../../harness/wait-for.ts';

const program = fileURLToPath(new URL('obedient-program.ts', import.meta.url));
const LIMITS = { computedMs: 300, passedMs: 60_000 };

let isolated: IsolatedProcess;

beforeAll(() => {
  isolated = new IsolatedProcess({ name: 'test', program, heapMb: 32, niceness: 10, logger: recordLog() });
});

afterAll(() => {
  isolated.close();
});

async function ask(question: string, limits = LIMITS): Promise<unknown> {
  expect(await isolated.start()).toBe(true);
  return isolated.ask(question, limits);
}

test('a process answers one question after the other', async () => {
  expect(await ask('one')).toEqual({ kind: 'answered', value: { echo: 'one' } });
  expect(await ask('answer nothing')).toEqual({ kind: 'answered', value: undefined });
  const { pid } = isolated;
  expect(await ask('two')).toEqual({ kind: 'answered', value: { echo: 'two' } });
  expect(isolated.pid).toBe(pid);
});

test.each([
  ['computes for too long', 'compute', LIMITS, 'slow'],
  ['waits for too long', 'wait', { computedMs: 60_000, passedMs: 300 }, 'slow'],
  ['takes too much memory', 'hoard', { ...LIMITS, computedMs: 60_000 }, 'large'],
  ['takes too much memory at once', 'double', { ...LIMITS, computedMs: 60_000 }, 'large'],
  ['throws', 'throw', LIMITS, 'failed'],
] as const)(
  'a process that %s ends, and another one answers what follows',
  async (_, question, limits, kind) => {
    expect(await ask(question, limits)).toEqual({ kind });
    expect(await ask('next')).toEqual({ kind: 'answered', value: { echo: 'next' } });
  },
);

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'a process that somebody ends by %s says nothing of the question',
  async (signal) => {
    await isolated.start();
    const answer = isolated.ask('compute', { computedMs: 60_000, passedMs: 60_000 });
    process.kill(isolated.pid ?? 0, signal);
    expect(await answer).toEqual({ kind: 'stopped' });
    expect(await isolated.ask('next', LIMITS)).toEqual({ kind: 'stopped' });
    expect(await ask('next')).toEqual({ kind: 'answered', value: { echo: 'next' } });
  },
);

test('a process that cannot be started says nothing of the question, and the log says why', async () => {
  const logger = recordLog();
  const none = new IsolatedProcess({ name: 'test', program: '/none', heapMb: 32, niceness: 10, logger });
  expect(await none.start()).toBe(false);
  expect(await none.ask('one', LIMITS)).toEqual({ kind: 'stopped' });
  none.close();
  expect(JSON.stringify(logger.lines)).toContain('the test does not start');
});

test('a process ends when it is closed, whatever it does', async () => {
  await isolated.start();
  const { pid = 0 } = isolated;
  const answer = isolated.ask('compute', { computedMs: 60_000, passedMs: 60_000 });
  isolated.close();
  expect(await answer).toEqual({ kind: 'stopped' });
  await waitFor('the process has ended', () => !isAlive(pid));
});
