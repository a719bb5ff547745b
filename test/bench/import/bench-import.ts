/**
 * Measures the import of public repositories, and of one that is made here: objects, lines, seconds. `make bench-import
 * ARGS='FOLDER…'` prints the table of `docs/import.md`; the exit code is 1 where an object is not equal, or a bound is
 * not held.
 */
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { ImportSummary } from '../../../src/core/import/summary.ts';
import { makeFolder } from '../../harness/files.ts';

const run = promisify(execFile);

/** The most lines of blueprints for each line that they replace, by depth. */
const BOUNDS = { orchestration: 0.35, all: 0.5 } as const;

type Depth = keyof typeof BOUNDS;

/** How many objects the repository has that is made here, and in how many seconds they must be imported. */
const MADE = { objects: 2000, seconds: 10 } as const;

interface Row {
  name: string;
  depth: Depth;
  summary: ImportSummary;
  seconds: number;
}

async function importFolder(name: string, folder: string, depth: Depth): Promise<Row> {
  const main = new URL('../../../src/app/main.ts', import.meta.url).pathname;
  const started = performance.now();
  const args = [main, 'import', folder, '--depth', depth, '-o', 'json'];
  // An object that is not equal ends with exit code 1, and has its summary all the same.
  const { stdout } = await run(process.execPath, args, { maxBuffer: 1e9 }).catch(
    (failure: unknown) => failure as { stdout: string },
  );
  const seconds = (performance.now() - started) / 1000;
  return { name, depth, summary: JSON.parse(stdout) as ImportSummary, seconds };
}

/** The lines of blueprints for each line that they replace. Nothing is said shorter in the values of charts. */
function shareOf({ summary: { linesBeforeOutsideValues, linesAfterOutsideValues } }: Row): number {
  return linesAfterOutsideValues / linesBeforeOutsideValues;
}

function isHeld(row: Row): boolean {
  const { summary, seconds, name } = row;
  return (
    summary.equal === summary.objects &&
    shareOf(row) <= BOUNDS[row.depth] &&
    (name !== NAME || seconds < MADE.seconds)
  );
}

function printRow(row: Row): string {
  const { name, depth, summary, seconds } = row;
  const { linesBeforeOutsideValues: before, linesAfterOutsideValues: after } = summary;
  const cells = [name, depth, summary.objects, summary.equal, before, after];
  return `| ${[...cells, shareOf(row).toFixed(2), seconds.toFixed(1)].join(' | ')} |\n`;
}

const NAME = `${MADE.objects} objects`;

/** A repository of many Kustomizations in as many files, that depend on each other. */
async function makeRepository(): Promise<string> {
  const folder = await makeFolder('many');
  for (let i = 0; i < MADE.objects; i++) {
    const at = join(folder, 'clusters/one', `area-${i % 40}`);
    await mkdir(at, { recursive: true });
    const needs = i < 40 ? '' : `  dependsOn: [{name: app-${i - 40}, namespace: area-${i % 40}}]\n`;
    await writeFile(
      join(at, `app-${i}.yaml`),
      `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: app-${i}
  namespace: area-${i % 40}
spec:
  interval: ${i % 3 === 0 ? '1h' : '30m'}
  retryInterval: 1m
  timeout: 5m
  path: ./apps/area-${i % 40}/app-${i}
  prune: true
  wait: ${i % 7 !== 0}
  sourceRef:
    kind: GitRepository
    name: flux-system
    namespace: flux-system
${needs}`,
    );
  }
  return folder;
}

const folders = process.argv.slice(2);
process.stdout.write(
  '| repository | depth | objects | equal | lines before | lines after | share | seconds |\n',
);
process.stdout.write('| --- | --- | --- | --- | --- | --- | --- | --- |\n');
const made = await makeRepository();
let held = true;
for (const [name, folder] of [...folders.map((path) => [basename(path), path]), [NAME, made]]) {
  for (const depth of Object.keys(BOUNDS) as Depth[]) {
    const row = await importFolder(name ?? '', folder ?? '', depth);
    process.stdout.write(printRow(row));
    held &&= isHeld(row);
  }
}
await rm(made, { recursive: true });
process.exitCode = held ? 0 : 1;
