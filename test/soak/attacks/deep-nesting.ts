import { attackByBlueprints, range, type ToSpec } from '../attack.ts';

/** A value in so many objects or lists, one within the other. */
function nest(depth: number, inLists: boolean): unknown {
  return range(depth).reduce<unknown>((inner) => (inLists ? [inner] : { a: inner }), 'x');
}

/** Values of charts that are nested as deeply as JSON can be written here. An API server takes some thousands. */
export const deepNestingSpec: ToSpec = (random, name) => ({
  sources: [{ name: `${name}-charts`, helm: { url: 'https://example.com/charts' } }],
  layers: range(5).map((i) => ({
    name: `${name}-${i}`,
    helmRelease: {
      chart: { spec: { chart: 'web' } },
      values: { deep: nest(100 * (1 + random.below(30)), random.chance(0.5)) },
    },
  })),
});

/** The stack, by values that are walked recursively. */
export const deepNesting = attackByBlueprints('deep-nesting', deepNestingSpec, { rounds: 3, restMs: 1000 });
