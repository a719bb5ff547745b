import { apply } from './benchmarks/apply.ts';
import { change } from './benchmarks/change.ts';
import { compiling } from './benchmarks/compile.ts';
import { crowd } from './benchmarks/crowd.ts';
import { drift } from './benchmarks/drift.ts';
import { failover } from './benchmarks/failover.ts';
import { growth } from './benchmarks/growth.ts';
import { noChange } from './benchmarks/no-change.ts';
import { runBenchmarks } from './run.ts';
import { versus } from './benchmarks/versus.ts';
import { store } from './benchmarks/store.ts';

/** Measures the operator against a real API server on this machine. */
await runBenchmarks(
  [compiling, apply, change, noChange, drift, crowd, failover, store, growth, versus],
  'bench.json',
);
