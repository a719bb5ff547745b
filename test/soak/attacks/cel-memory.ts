import { API_VERSION, KIND } from '../../../src/api/names.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { attackByBlueprints, range, type ToSpec } from '../attack.ts';

/** Expressions under 1024 characters whose values double at each step: a gigabyte at the twentieth. */
const GROWING: readonly ((steps: number) => string)[] = [
  (steps) => `["aaaaaaaaaaaaaaaa"]${'.map(x,x+x)'.repeat(steps)}.exists(x, x.split("").size()==1)`,
  (steps) => `[[1,2,3,4,5,6,7,8]]${'.map(x,x+x)'.repeat(steps)}.exists(x, x.size()==1)`,
  (steps) => `[b"aaaaaaaaaaaaaaaa"]${'.map(x,x+x)'.repeat(steps)}.exists(x, x.size()==1)`,
  (steps) => `["a"]${'.map(x,[x,x,x,x].join(x))'.repeat(Math.ceil(steps / 2))}.exists(x, x.size()==1)`,
  (steps) => `[dep.metadata.name]${'.map(x,x+x)'.repeat(steps)}.map(x, x.replace("a","bb")).size()==0`,
];

/** Layers that wait for the blueprint itself, by expressions that take all memory. */
export const celMemorySpec: ToSpec = (random, name) => ({
  sources: [gitSource(`${name}-fleet`)],
  layers: range(4).map((i) => ({
    ...layer(`${name}-${i}`),
    dependsOnObjects: range(1 + random.below(5)).map(() => {
      const text = random.pick(GROWING)(18 + random.below(8));
      return { apiVersion: API_VERSION, kind: KIND, name, readyExpr: text };
    }),
  })),
});

/** Memory, by what expressions make. */
export const celMemory = attackByBlueprints('cel-memory', celMemorySpec, { rounds: 3 });
