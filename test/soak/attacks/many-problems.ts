import { gitSource } from '../../harness/blueprint/blueprints.ts';
import { attackByBlueprints, range, type ToSpec } from '../attack.ts';

/** Ten thousand faults: names that are not there and are near none, and fields that no kind has. */
export const manyProblemsSpec: ToSpec = (random, name) => ({
  sources: [gitSource(`${name}-fleet`)],
  layers: range(5).map((i) => ({
    name: `layer-${i}`,
    components: range(40).map((j) => ({
      name: `${name}-${i}-${j}`,
      dependsOn: range(40).map(() => `${'z'.repeat(60)}${random.below(1_000_000)}`),
      kustomization: Object.fromEntries(range(12).map((k) => [`field${k}${random.below(1000)}`, 'x'])),
    })),
  })),
});

/** Time and memory, by messages, and by the search for the names that were meant. */
export const manyProblems = attackByBlueprints('many-problems', manyProblemsSpec, {
  rounds: 4,
  restMs: 1000,
});
