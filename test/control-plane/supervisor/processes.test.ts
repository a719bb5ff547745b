import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { isAlive, spawnFixture, waitForEnd } from '../fixtures/processes.ts';
import { Processes } from './processes.ts';
import { waitFor } from '../../harness/wait-for.ts';

let processes: Processes;

beforeEach(async () => {
  processes = await Processes.open();
});

afterEach(() => processes.close());

test('a program is ended by the signal that was asked for, and what it printed is in its log', async () => {
  const log = join(processes.folder, 'log');
  const script = 'console.log("out"); console.error("err"); setInterval(() => {}, 1000);';
  const program = await processes.run({ command: [process.execPath, '--eval', script], env: {}, log });
  await waitFor('it runs', () => isAlive(program.pid) && existsSync(log));
  expect(await program.end('SIGKILL')).toBe('SIGKILL');
  expect(await program.end()).toBe('SIGKILL');
  const failing = 'console.log("out"); console.error("err"); process.exit(3)';
  const another = await processes.run({ command: [process.execPath, '--eval', failing], env: {}, log });
  expect(await another.ended).toBe('exit code 3');
  expect(await readFile(log, 'utf8')).toContain('out\nerr\n');
});

test('a program that is not there is refused', async () => {
  const log = join(processes.folder, 'log');
  const starting = processes.run({ command: ['/no/such/program'], env: {}, log });
  await expect(starting).rejects.toThrow('ENOENT');
});

test('nothing is left when they are closed, and closing twice is fine', async () => {
  const log = join(processes.folder, 'log');
  const { pid } = await processes.run({ command: ['sleep', '600'], env: {}, log });
  await processes.close();
  expect(isAlive(pid)).toBe(false);
  expect(existsSync(processes.folder)).toBe(false);
  await processes.close();
});

test('nothing is left when their keeper is killed', async () => {
  const log = join(processes.folder, 'log');
  const { pid } = await processes.run({ command: ['sleep', '600'], env: {}, log });
  process.kill(processes.keeperPid, 'SIGKILL');
  await processes.close();
  await waitFor('the program is gone', () => !isAlive(pid));
  expect(existsSync(processes.folder)).toBe(false);
});

test('nothing is left when their parent is killed, not even a program that ignores SIGTERM', async () => {
  const parent = spawnFixture('hold-processes.ts', [], process.env);
  await waitFor(`it runs\n${parent.stderr}`, () => parent.stdout.includes('\n'));
  const { pid, folder } = JSON.parse(parent.stdout) as { pid: number; folder: string };
  await waitFor('the program runs', () => existsSync(join(folder, 'log')));
  expect(isAlive(pid)).toBe(true);
  parent.child.kill('SIGKILL');
  await waitForEnd(parent);
  await waitFor('the program is gone', () => !isAlive(pid));
  await waitFor('its folder is gone', () => !existsSync(folder));
});
