import { GCProfiler } from 'node:v8';
import type { Blueprint } from '../../src/api/schema/blueprint.ts';
import { compile } from '../../src/core/compile/compile.ts';
import { offlineContext } from '../../src/core/compile/model/context.ts';
import { lint } from '../../src/core/lint/lint.ts';
import { blueprintOf } from '../core/compiling.ts';

/** What compiling and linting a spec took, and what became of it. */
export interface Cost {
  /** CPU time of the process in milliseconds. */
  cpu: number;
  /** How much the heap held at most beyond what it held before, in bytes. */
  heap: number;
  /** The size of the spec as JSON, in bytes. */
  bytes: number;
  environments: number;
  objects: number;
  /** The rule of the first problem. */
  problem?: string;
}

/** Compiles and lints a spec in this process. */
export function measureSpec(spec: unknown): Cost {
  const blueprint = blueprintOf(spec);
  const bytes = JSON.stringify(spec).length;
  const { environments } = spec as { environments?: unknown };
  const before = process.memoryUsage().heapUsed;
  const profiler = new GCProfiler();
  profiler.start();
  const start = process.cpuUsage();
  const { objects, problem } = run(blueprint);
  const { user, system } = process.cpuUsage(start);
  const peaks = profiler.stop().statistics.map(({ beforeGC }) => beforeGC.heapStatistics.usedHeapSize);
  return {
    cpu: (user + system) / 1000,
    heap: Math.max(0, ...peaks, process.memoryUsage().heapUsed) - before,
    bytes,
    environments: Array.isArray(environments) ? environments.length : 0,
    objects,
    ...(problem === undefined ? {} : { problem }),
  };
}

function run(blueprint: unknown): { objects: number; problem?: string | undefined } {
  const compiled = compile(blueprint, offlineContext());
  if (!compiled.ok) return { objects: 0, problem: compiled.problems[0]?.rule };
  const { desired } = compiled;
  const observed = { live: () => undefined, exists: () => false };
  lint({ blueprint: blueprint as Blueprint, desired, observed, defaultAccount: 'a' });
  return { objects: desired.objects.length };
}
