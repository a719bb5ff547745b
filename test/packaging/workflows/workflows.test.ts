import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { buildProgram } from '../../control-plane/index.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..', '..');
const folder = join(root, '.github', 'workflows');

interface Workflow {
  permissions?: object;
  jobs: Record<string, { 'timeout-minutes'?: number; steps: { run?: string; uses?: string }[] }>;
}

async function readWorkflows(): Promise<[string, Workflow][]> {
  const names = (await readdir(folder)).sort();
  return Promise.all(
    names.map(async (name) => [name, parse(await readFile(join(folder, name), 'utf8')) as Workflow] as const),
  ).then((list) => list.map(([name, workflow]) => [name, workflow]));
}

test('actionlint finds nothing in the workflows', async () => {
  const { path } = await buildProgram('actionlint');
  const names = (await readdir(folder)).map((name) => join(folder, name));
  expect((await run(path, ['-no-color', ...names])).stdout).toBe('');
});

test('workflows run make targets that exist, end in time, and begin without rights', async () => {
  const makefile = await readFile(join(root, 'Makefile'), 'utf8');
  for (const [name, { permissions, jobs }] of await readWorkflows()) {
    expect({ name, permissions }).toEqual({ name, permissions: { contents: 'read' } });
    for (const [job, { steps, ...settings }] of Object.entries(jobs)) {
      expect({ name, job, bound: settings['timeout-minutes'] }).toMatchObject({ bound: expect.any(Number) });
      const targets = steps.flatMap(({ run: text = '' }) => [...text.matchAll(/^make ([a-z0-9-]+)/gmu)]);
      for (const [, target = ''] of targets) expect(makefile).toMatch(new RegExp(`^${target}:`, 'mu'));
    }
  }
});
