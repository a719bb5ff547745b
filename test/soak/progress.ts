import type { Neighbour } from '../harness/blueprint/neighbour.ts';
import type { Run } from './campaign.ts';
import type { Stage } from './stage.ts';

/** How often progress is reported, in milliseconds. */
const PROGRESS_MS = 10_000;

/** What the lines of progress tell. */
export interface Progress {
  neighbours: ReadonlyMap<string, Neighbour>;
  stage: Stage;
  runs: readonly Run[];
  /** When the attacks end (`performance.now()`). */
  untilMs: number;
}

/** Prints a line of progress every ten seconds, until it is cleared. */
export function startProgress({ neighbours, stage, runs, untilMs }: Progress): NodeJS.Timeout {
  const began = performance.now();
  return setInterval(() => {
    const now = performance.now();
    const changes = [...neighbours.values()].reduce((sum, { applied }) => sum + applied, 0);
    const memory = stage.replicas.map(({ samples }) => Math.round(samples.at(-1)?.memoryMib ?? 0));
    const restarts = stage.replicas.reduce((sum, { ends }) => sum + ends.length, 0);
    const time = `${formatTime(now - began)} of ${formatTime(untilMs - began)}`;
    const state = `${memory.join(' and ')} MiB, ${restarts} restarts, ${changes} changes of good tenants`;
    const latest = runs.at(-1)?.attack ?? 'none';
    process.stderr.write(`soak: ${time}: ${state}, ${runs.length} attacks (the latest: ${latest})\n`);
  }, PROGRESS_MS);
}

function formatTime(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
