import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  listWithArgument,
  spawnNode,
  waitForEnd,
  type Watched,
} from '../../control-plane/fixtures/processes.ts';
import { projectRoot } from '../../control-plane/index.ts';
import { waitFor } from '../wait-for.ts';

let folder: string;
let temporary: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluxblueprint-test-'));
  temporary = await mkdtemp(join(folder, 'tmp-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Runs Jest as the project does, on one test file that uses the shared control plane. */
async function startJest(env: NodeJS.ProcessEnv = {}): Promise<Watched> {
  const config = {
    rootDir: projectRoot,
    testEnvironment: 'node',
    testTimeout: 600_000,
    extensionsToTreatAsEsm: ['.ts'],
    transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' } } }] },
    testMatch: ['<rootDir>/test/harness/jest/shared-user.ts'],
    globalSetup: '<rootDir>/test/harness/jest/global-setup.ts',
    globalTeardown: '<rootDir>/test/harness/jest/global-teardown.ts',
    cacheDirectory: join(folder, 'jest-cache'),
  };
  const file = join(folder, 'jest.config.json');
  await writeFile(file, JSON.stringify(config));
  const jest = join(projectRoot, 'node_modules', 'jest', 'bin', 'jest.js');
  const args = ['--experimental-vm-modules', jest, '--config', file];
  return spawnNode(args, { ...process.env, TMPDIR: temporary, ...env }, projectRoot);
}

async function expectNothingLeft(): Promise<void> {
  await waitFor('the folder is gone', () => listKept().length === 0);
  expect(listWithArgument(temporary)).toEqual([]);
}

function listKept(): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith('fluxblueprint-'));
}

test('a Jest run has one control plane, which ends with it', async () => {
  const jest = await startJest();
  await waitForEnd(jest);
  expect(jest.stderr).toContain('1 passed');
  expect(jest.stdout).toContain(`reached ${temporary}`);
  expect(jest.child.exitCode).toBe(0);
  await expectNothingLeft();
});

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  test(`nothing is left of a Jest run that is ended by ${signal}`, async () => {
    const jest = await startJest({ FLUXBLUEPRINT_TEST_HANG: 'yes' });
    await waitFor('the test runs', () => jest.stdout.includes('reached'));
    expect(listKept()).toHaveLength(1);
    jest.child.kill(signal);
    await waitForEnd(jest);
    await expectNothingLeft();
  });
}
