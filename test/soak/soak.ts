/**
 * The soak: for half an hour hostile tenants do all that they are known to do, at the same time, to the replicas of a
 * real installation, while good tenants change their blueprints. `attacks/` holds what the hostile ones do,
 * `stage.ts` the installation, `campaign.ts` who attacks when, `figures.ts` what comes of it. Linux only, as memory is
 * read from /proc. Begin here.
 */
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Neighbour } from '../harness/blueprint/neighbour.ts';
import type { NeighbourReport } from '../harness/blueprint/neighbour-report.ts';
import type { Cleanups } from '../harness/cleanup.ts';
import { toTable } from '../harness/measure/figure.ts';
import { runAndCleanUp } from '../harness/run-and-clean-up.ts';
import { type Run, runCampaign } from './campaign.ts';
import { type Findings, listSlowest, toFigures } from './figures.ts';
import { removeEverything } from './leftovers.ts';
import { readOptions, type SoakOptions } from './options.ts';
import { Observation } from './observation.ts';
import { startProgress } from './progress.ts';
import { Stage } from './stage.ts';
import { openTenants } from './tenants.ts';

/** The part of the time before the attacks, at most a minute: what the good tenants' changes take by themselves. */
const [QUIET, QUIET_MOST_MS] = [1 / 6, 60_000];

/** What a replica and its children may take, in MiB, where the Deployment does not allow less. */
const MEMORY_MIB = 512;

const options = readOrExit();
await runAndCleanUp((cleanups) => soak(options, cleanups));

function readOrExit(): SoakOptions {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`soak: ${(error as Error).message}\n`);
    process.exit(2);
  }
}

async function soak(options: SoakOptions, cleanups: Cleanups): Promise<void> {
  const { minutes, tenants, seed, attacks } = options;
  report(`soak: ${minutes} minutes, ${tenants} tenants, seed ${seed}`);
  const stage = await Stage.start(cleanups);
  const { neighbours, hostiles } = await openTenants(stage, options, cleanups);
  const observation = Observation.start(stage.replicas);
  cleanups.push(() => observation.stop());
  const quietMs = Math.min(QUIET_MOST_MS, minutes * 60_000 * QUIET);
  await Promise.all([...neighbours.values()].map((each) => each.measureQuiet(() => sleep(quietMs))));
  const leaders = await stage.countLeaders();
  const fromMs = performance.now();
  const untilMs = fromMs + minutes * 60_000 - quietMs;
  const runs: Run[] = [];
  const progress = startProgress({ neighbours, stage, runs, untilMs });
  const attacking = runCampaign(hostiles, attacks, { seed, untilMs, onRun: (run) => runs.push(run) });
  const reports = await measureDuring(neighbours, attacking);
  clearInterval(progress);
  const leadershipChanges = (await stage.countLeaders()) - leaders;
  report('soak: everything is deleted');
  const left = await removeEverything(stage.client);
  await observation.stop();
  const { replicas, container } = stage;
  const memoryMib = Math.min(MEMORY_MIB, container.memoryMib);
  await conclude(options, {
    replicas,
    memoryMib,
    fromMs,
    untilMs,
    leadershipChanges,
    neighbours: reports,
    left,
    runs,
  });
}

/** Prints the table and what went wrong, writes the JSON, and sets the exit code. */
async function conclude(options: SoakOptions, findings: Findings): Promise<void> {
  const { minutes, tenants, seed, output } = options;
  const { replicas, neighbours, left, runs } = findings;
  const figures = toFigures(findings);
  const ends = replicas.flatMap((replica) => replica.ends);
  const harm = [...neighbours].flatMap(([name, each]) => each.harm.map((text) => `${name}: ${text}`));
  const slowest = listSlowest(findings);
  const summary = { minutes, tenants, seed, figures, ends, harm, slowest, left: left.slice(0, 100), runs };
  await writeFile(output, `${JSON.stringify(summary, null, 2)}\n`);
  const remains = left.slice(0, 20).map((each) => `left: ${each}`);
  const lines = [toTable(figures), ...ends, ...harm, ...remains];
  process.stdout.write(
    `\n${lines.join('\n')}\n\n${runs.length} attacks, seed ${seed}; the numbers are in ${output}\n`,
  );
  process.exitCode = figures.every(({ reached }) => reached !== false) ? 0 : 1;
}

async function measureDuring(
  neighbours: ReadonlyMap<string, Neighbour>,
  attacking: Promise<void>,
): Promise<Map<string, NeighbourReport>> {
  const reports = [...neighbours].map(
    async ([name, neighbour]) => [name, await neighbour.during(() => attacking)] as const,
  );
  return new Map(await Promise.all(reports));
}

function report(line: string): void {
  process.stderr.write(`${line}\n`);
}
