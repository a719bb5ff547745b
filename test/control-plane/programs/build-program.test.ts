import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { isAlive, listWithArgument, spawnFixture, waitForEnd, type Watched } from '../fixtures/processes.ts';
import { writeTinyModule } from '../fixtures/tiny-modules.ts';
import { namePlatform } from './sources.ts';
import { waitFor } from '../../harness/wait-for.ts';

const run = promisify(execFile);
let folder: string;
let programs: string;
let cache: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluxblueprint-test-'));
  programs = join(folder, 'programs');
  cache = join(folder, 'cache');
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function startBuild(names: readonly string[], env: NodeJS.ProcessEnv = {}): Watched {
  return spawnFixture('build-tiny.ts', [programs, cache, ...names], { ...process.env, ...env });
}

function locate(name: string): string {
  return join(cache, `${name}-v1.35.4-${namePlatform()}`, name);
}

const onLinux = process.platform === 'linux' ? test : test.skip;

test('a program is built once, and its go.sum is never written', async () => {
  await writeTinyModule(programs, 'tiny');
  const first = startBuild(['tiny']);
  await waitForEnd(first);
  expect(first.stderr).toMatch(/Building tiny v1\.35\.4 from its Go module: done in/u);
  expect((await run(locate('tiny'))).stdout).toBe('tiny\n');
  expect((await readdir(join(programs, 'tiny'))).sort()).toEqual(['go.mod', 'source']);
  const second = startBuild(['tiny']);
  await waitForEnd(second);
  expect(second.stderr).toBe('');
});

test('a build that fails shows what the compiler said and leaves nothing', async () => {
  await writeTinyModule(programs, 'broken', 'func broken() int { return "no number" }');
  const build = startBuild(['broken']);
  await waitForEnd(build);
  expect(build.child.exitCode).not.toBe(0);
  expect(build.stderr).toContain('cannot use "no number"');
  expect(existsSync(locate('broken'))).toBe(false);
  expect(await readdir(join(cache, 'unfinished'))).toEqual([]);
});

test('two processes that build the same program do not disturb each other', async () => {
  await writeTinyModule(programs, 'tiny');
  const builds = [startBuild(['tiny']), startBuild(['tiny'])];
  await Promise.all(builds.map((build) => waitForEnd(build)));
  expect(builds.map(({ child }) => child.exitCode)).toEqual([0, 0]);
  expect((await run(locate('tiny'))).stdout).toBe('tiny\n');
  expect(await readdir(join(cache, 'unfinished'))).toEqual([]);
});

for (const signal of ['SIGKILL', 'SIGINT'] as const) {
  onLinux(
    `a build ended by ${signal} leaves no compiler behind, and the next run keeps what was built`,
    async () => {
      await writeTinyModule(programs, 'first');
      await writeTinyModule(programs, 'second');
      // A cache of Go's own would make the second build too short to be interrupted. It is of use afterwards.
      const goCache = { GOCACHE: join(folder, 'go-cache') };
      await waitForEnd(startBuild(['first']));
      const builtAt = (await stat(locate('first'))).mtimeMs;

      const interrupted = startBuild(['first', 'second'], goCache);
      await waitFor('a compiler runs', () => listWithArgument(folder).some((pid) => isCompiler(pid)));
      interrupted.child.kill(signal);
      await waitFor('nothing of it runs', () => !listWithArgument(folder).some(isAlive));
      await waitForEnd(interrupted);
      expect(existsSync(locate('second'))).toBe(false);
      expect(await readdir(join(cache, 'unfinished'))).toEqual([]);

      const resumed = startBuild(['first', 'second'], goCache);
      await waitForEnd(resumed);
      expect(resumed.child.exitCode).toBe(0);
      expect(resumed.stderr).not.toContain('first');
      expect((await run(locate('second'))).stdout).toBe('second\n');
      expect((await stat(locate('first'))).mtimeMs).toBe(builtAt);
    },
  );
}

function isCompiler(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'compile';
  } catch {
    return false;
  }
}
