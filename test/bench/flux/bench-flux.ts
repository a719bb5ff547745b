import { chainOf, fanOutOf } from '../../harness/flux/layer-shapes.ts';
import { runBenchmarks } from '../run.ts';
import { deployment } from './deployment.ts';

/** Measures how soon real Flux deploys layers with and without the operator, on this machine. */
await runBenchmarks(
  [
    deployment({ name: 'chain-3', shape: chainOf(3), plainMinutes: 2 }),
    deployment({
      name: 'chain-10',
      shape: chainOf(10),
      plainMinutes: 9,
      toReach: { installS: 6, commitS: 4, timesFaster: 45 },
    }),
    deployment({ name: 'chain-20', shape: chainOf(20), plainMinutes: 19 }),
    deployment({ name: 'fan-out-50', shape: fanOutOf(50), plainMinutes: 1 }),
  ],
  'bench-flux.json',
);
