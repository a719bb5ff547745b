import { API_VERSION, KIND } from '../../../src/api/names.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { attackByBlueprints, range, type ToSpec } from '../attack.ts';

/** Expressions that do not end in a lifetime, each by another part of the language. */
const ENDLESS: readonly string[] = [
  `${'[1,2,3,4,5,6,7,8,9,0].all(x, '.repeat(9)}true${')'.repeat(9)}`,
  `"${'a'.repeat(44)}!".matches("^(a+)+$")`,
  `"${'a'.repeat(60)}".matches("(a*)*b")`,
  `[dep.metadata.name]${'.map(x,x+x)'.repeat(12)}.exists(x, x.split("").all(a, x.split("").all(b, true)))`,
  `[dep.metadata.name]${'.map(x,x+x)'.repeat(14)}.exists(x, x.split("").all(a, x.contains(x)))`,
];

/** Four layers that wait for the blueprint itself, each a hundred times. */
export const celTimeSpec: ToSpec = (random, name) => ({
  sources: [gitSource(`${name}-fleet`)],
  layers: range(4).map((i) => ({
    ...layer(`${name}-${i}`),
    dependsOnObjects: range(100).map((j) => {
      const readyExpr = `${random.pick(ENDLESS)} || ${j} < 0`;
      return { apiVersion: API_VERSION, kind: KIND, name, readyExpr };
    }),
  })),
});

/** Time, by what expressions compute. */
export const celTime = attackByBlueprints('cel-time', celTimeSpec, { rounds: 3 });
