import { rm } from 'node:fs/promises';
import type { Shape } from '../../harness/flux/layer-shapes.ts';
import { type Cleanups, cleanUp } from '../../harness/cleanup.ts';
import { makeFolder } from '../../harness/files.ts';
import { FluxCluster } from '../../harness/flux/flux-cluster.ts';
import { setPatience } from '../../harness/wait-for.ts';
import type { Benchmark, BenchmarkOptions } from '../benchmark.ts';
import { type Bounds, type Column, toFigures } from './figures.ts';
import { type Measured, measureShape } from './measure.ts';

/** Layers whose deployment is measured. */
export interface Subject {
  name: string;
  shape: Shape;
  /** How long Flux takes alone at its default flags, install and commit together, in minutes. */
  plainMinutes: number;
  toReach?: Bounds;
}

// Twice what the deepest chain takes at default flags: a bound against hanging, not a measure.
const boundMs = 20 * 60_000;

/** The flags of kustomize-controller: its defaults, and a requeue of dependents after one second. */
const flags = { default: [], polling: ['--requeue-dependency=1s'] } as const;

/** How soon layers are deployed, with and without the operator, for both sets of flags. */
export function deployment(subject: Subject): Benchmark {
  return {
    name: subject.name,
    measure: async (options) => {
      const columns: Record<keyof typeof flags, Column> = {
        default: await measureColumn(subject, 'default', options),
        polling: await measureColumn(subject, 'polling', options),
      };
      return toFigures(subject.name, columns, subject.toReach);
    },
  };
}

async function measureColumn(
  { name, shape, plainMinutes }: Subject,
  which: keyof typeof flags,
  options: BenchmarkOptions,
): Promise<Column> {
  const { report } = options;
  const cleanups: Cleanups = [];
  options.cleanups.push(() => cleanUp(cleanups));
  try {
    const logs = await makeFolder('bench-flux-logs');
    cleanups.push(() => rm(logs, { recursive: true, force: true }));
    const cluster = await FluxCluster.start({
      logs,
      running: ['source', 'kustomize'],
      flags: { kustomize: flags[which] },
    });
    cleanups.push(() => cluster.stop());
    setPatience({ boundMs, everyMs: 50 });
    const words = which === 'default' ? 'default flags' : flags[which].join(' ');
    report(`${name}: by a blueprint, ${words}`);
    const operator: Measured = await measureShape(cluster, shape, 'operator');
    const long = which === 'default' ? `, which takes some ${plainMinutes} min` : '';
    report(`${name}: plainly, ${words}${long}`);
    return { operator, plain: await measureShape(cluster, shape, 'plain') };
  } finally {
    await cleanUp(cleanups);
  }
}
