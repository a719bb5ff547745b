import { apply } from './apply.ts';
import { change } from './change.ts';
import { compiling } from './compile.ts';
import { crowd } from './crowd.ts';
import { drift } from './drift.ts';
import { failover } from './failover.ts';
import { noChange } from './no-change.ts';
import { runBenchmarks } from './run.ts';

/** Measures the operator against a real API server on this machine. */
await runBenchmarks([compiling, apply, change, noChange, drift, crowd, failover], 'bench.json');
