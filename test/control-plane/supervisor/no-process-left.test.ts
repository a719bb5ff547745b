import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { isAlive, listWithArgument, spawnFixture, waitForEnd, type Watched } from '../fixtures/processes.ts';
import { waitFor } from '../../harness/wait-for.ts';

interface Held {
  pids: { etcd: number; kubeApiserver: number; keeper: number };
  folder: string;
}

let temporary: string;

beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'fluxblueprint-test-'));
});

afterEach(async () => {
  await rm(temporary, { recursive: true, force: true });
});

function start(ending: string): Watched {
  return spawnFixture('hold-control-plane.ts', [ending], { ...process.env, TMPDIR: temporary });
}

async function waitForHeld(watched: Watched): Promise<Held> {
  const runs = (): boolean => {
    if (watched.stdout.includes('\n')) return true;
    throw new Error(watched.stderr);
  };
  await waitFor('it runs', runs);
  return JSON.parse(watched.stdout) as Held;
}

function listAlive(held: Held): number[] {
  return Object.values(held.pids).filter(isAlive);
}

async function expectNothingLeft(held: Held): Promise<void> {
  await waitFor('its processes are gone', () => listAlive(held).length === 0);
  await waitFor('its folder is gone', () => !existsSync(held.folder));
  expect(readdirSync(temporary)).toEqual([]);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const) {
  test(`nothing is left when the parent is ended by ${signal}`, async () => {
    const parent = start('wait');
    const held = await waitForHeld(parent);
    expect(listAlive(held)).toHaveLength(3);
    parent.child.kill(signal);
    await waitForEnd(parent);
    expect(parent.child.signalCode).toBe(signal);
    await expectNothingLeft(held);
  });
}

test('nothing is left when the parent throws', async () => {
  const parent = start('throw');
  const held = await waitForHeld(parent);
  await waitForEnd(parent);
  expect(parent.stderr).toContain('an uncaught exception, as the test wants it');
  expect(parent.child.exitCode).toBe(1);
  await expectNothingLeft(held);
});

test('a parent that forgets to stop it ends all the same, and nothing is left', async () => {
  const parent = start('return');
  const held = await waitForHeld(parent);
  await waitForEnd(parent);
  expect(parent.child.exitCode).toBe(0);
  await expectNothingLeft(held);
});

test('nothing is left when the keeper itself is killed', async () => {
  const parent = start('wait');
  const held = await waitForHeld(parent);
  process.kill(held.pids.keeper, 'SIGKILL');
  await expectNothingLeft(held);
  parent.child.kill('SIGTERM');
  await waitForEnd(parent);
});

test('nothing is left when the API server hangs', async () => {
  const parent = start('wait');
  const held = await waitForHeld(parent);
  process.kill(held.pids.kubeApiserver, 'SIGSTOP');
  parent.child.kill('SIGTERM');
  await expectNothingLeft(held);
});

test('nothing is left when the parent is killed while it starts', async () => {
  const parent = start('wait');
  const hasStarted = (): boolean => {
    const [folder] = readdirSync(temporary);
    if (folder === undefined) return false;
    const [environment] = readdirSync(join(temporary, folder));
    return (
      environment !== undefined && existsSync(join(temporary, folder, environment, 'etcd-data', 'member'))
    );
  };
  await waitFor('etcd writes its data', hasStarted);
  parent.child.kill('SIGKILL');
  await waitFor('its folder is gone', () => readdirSync(temporary).length === 0);
  expect(listWithArgument(temporary)).toEqual([]);
});
