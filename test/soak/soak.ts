/**
 * The soak: for half an hour hostile tenants do all that they are known to do, at the same time, to the replicas of a
 * real installation, while good tenants change their blueprints. `attacks/` holds what the hostile ones do,
 * `stage.ts` the installation, `campaign.ts` who attacks when, `figures.ts` what comes of it. Linux only, as memory is
 * read from /proc. Begin here.
 */
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Neighbour } from '../harness/blueprint/neighbour.ts';
import type { NeighbourReport } from '../harness/blueprint/neighbour-report.ts';
import type { Cleanups } from '../harness/cleanup.ts';
import { toTable } from '../harness/measure/figure.ts';
import { SeededRandom } from '../harness/random.ts';
import { runAndCleanUp } from '../harness/run-and-clean-up.ts';
import { ByteBudget } from './byte-budget.ts';
import { type Hostile, type Run, runCampaign } from './campaign.ts';
import { toFigures } from './figures.ts';
import { removeEverything } from './leftovers.ts';
import { readOptions, type SoakOptions } from './options.ts';
import { Observation } from './observation.ts';
import { DEPLOYER, Stage } from './stage.ts';
import { TenantAttacker } from './tenant-attacker.ts';

/** The part of the tenants that is hostile. */
const HOSTILE = 0.6;

/** The part of the time before the attacks, at most a minute: what the good tenants' changes take by themselves. */
const [QUIET, QUIET_MOST_MS] = [1 / 6, 60_000];

/** What all tenants write together, at most, in bytes per second. */
const BYTES_PER_SECOND = 1_500_000;

/** The pause of a good tenant between two changes, in milliseconds. */
const CHANGE_PAUSE_MS = 500;

/** How often progress is reported, in milliseconds. */
const PROGRESS_MS = 10_000;

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
  const { minutes, tenants, seed } = options;
  report(`soak: ${minutes} minutes, ${tenants} tenants, seed ${seed}`);
  const stage = await Stage.start(cleanups);
  const { neighbours, hostiles } = await openTenants(stage, options, cleanups);
  const observation = Observation.start(stage.replicas);
  cleanups.push(() => observation.stop());
  const wholeMs = minutes * 60_000;
  const quietMs = Math.min(QUIET_MOST_MS, wholeMs * QUIET);
  await Promise.all([...neighbours.values()].map((each) => each.measureQuiet(() => sleep(quietMs))));
  const leaders = await stage.countLeaders();
  const fromMs = performance.now();
  const untilMs = fromMs + wholeMs - quietMs;
  const runs: Run[] = [];
  const progress = startProgress({ neighbours, stage, runs, untilMs });
  const attacking = runCampaign(hostiles, options.attacks, {
    seed,
    untilMs,
    onRun: (run) => runs.push(run),
  });
  const reports = await measureDuring(neighbours, attacking);
  clearInterval(progress);
  const leadershipChanges = (await stage.countLeaders()) - leaders;
  report('soak: everything is deleted');
  const left = await removeEverything(stage.client);
  await observation.stop();
  const { replicas, container } = stage;
  const findings = { replicas, memoryMib: container.memoryMib, fromMs, untilMs, leadershipChanges, left };
  const figures = toFigures({ ...findings, neighbours: reports, runs: runs.length });
  const ends = replicas.flatMap((replica) => replica.ends);
  const harm = [...reports].flatMap(([name, report]) => report.harm.map((each) => `${name}: ${each}`));
  const summary = { minutes, tenants, seed, figures, ends, harm, left: left.slice(0, 100), runs };
  await writeFile(options.output, `${JSON.stringify(summary, null, 2)}\n`);
  const remains = left.slice(0, 20).map((each) => `left: ${each}`);
  const lines = [toTable(figures), ...ends, ...harm, ...remains];
  process.stdout.write(
    `\n${lines.join('\n')}\n\n${runs.length} attacks, seed ${seed}; the numbers are in ${options.output}\n`,
  );
  process.exitCode = figures.every(({ reached }) => reached !== false) ? 0 : 1;
}

/** The tenants of a soak. */
interface Tenants {
  neighbours: Map<string, Neighbour>;
  hostiles: Hostile[];
}

/** Makes the tenants: good ones first. Every second one's blueprints are written as an account. */
async function openTenants(stage: Stage, options: SoakOptions, cleanups: Cleanups): Promise<Tenants> {
  const { tenants, seed } = options;
  const good = tenants - Math.min(tenants - 1, Math.max(1, Math.round(tenants * HOSTILE)));
  const budget = new ByteBudget(BYTES_PER_SECOND);
  const [neighbours, hostiles] = [new Map<string, Neighbour>(), [] as Hostile[]];
  for (let i = 0; i < tenants; i++) {
    const namespace = `tenant-${i}`;
    const rights = i >= good && i % 2 === 0 ? 'objects' : 'blueprints';
    const client = await stage.openTenant(namespace, rights);
    cleanups.push(() => client.close());
    const account = i % 4 < 2 ? DEPLOYER : undefined;
    if (i < good) {
      const spec = account === undefined ? {} : { serviceAccountName: account };
      const settings = { namespace, writer: client, spec, pauseMs: CHANGE_PAUSE_MS };
      const neighbour = await Neighbour.open(stage.client, settings);
      cleanups.push(() => neighbour.close());
      neighbours.set(namespace, neighbour);
    } else {
      const random = new SeededRandom(seed + i);
      hostiles.push({ rights, attacker: new TenantAttacker({ client, namespace, random, budget, account }) });
    }
  }
  return { neighbours, hostiles };
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

/** What the lines of progress tell. */
interface Progress {
  neighbours: ReadonlyMap<string, Neighbour>;
  stage: Stage;
  runs: readonly Run[];
  untilMs: number;
}

function startProgress({ neighbours, stage, runs, untilMs }: Progress): NodeJS.Timeout {
  const began = performance.now();
  return setInterval(() => {
    const now = performance.now();
    const changes = [...neighbours.values()].reduce((sum, { applied }) => sum + applied, 0);
    const memory = stage.replicas.map(({ samples }) => Math.round(samples.at(-1)?.memoryMib ?? 0));
    const restarts = stage.replicas.reduce((sum, { ends }) => sum + ends.length, 0);
    const time = `${formatTime(now - began)} of ${formatTime(untilMs - began)}`;
    const state = `${memory.join(' and ')} MiB, ${restarts} restarts, ${changes} changes of good tenants`;
    const latest = runs.at(-1)?.attack ?? 'none';
    report(`soak: ${time}: ${state}, ${runs.length} attacks (the latest: ${latest})`);
  }, PROGRESS_MS);
}

function formatTime(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function report(line: string): void {
  process.stderr.write(`${line}\n`);
}
