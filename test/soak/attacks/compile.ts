import { SHAPES } from '../../core/compile/expense/shapes.ts';
import { type Attack, attackByBlueprints } from '../attack.ts';

/** The most bytes of a spec, as JSON, with which a blueprint fits into etcd beside its metadata and managed fields. */
const MOST_BYTES = 1_400_000;

/** The parts of the full size of a shape that are tried, until it is one that etcd takes. */
const SIZES = [1, 0.5, 0.25, 0.1, 0.05];

/** A shape at the largest size that can be stored; undefined where there is none. */
export function storableShape(shape: (size?: number) => object): object | undefined {
  const found = SIZES.find((size) => JSON.stringify(shape(size)).length < MOST_BYTES);
  return found === undefined ? undefined : shape(found);
}

/** Memory and time, by what small texts compile to: one attack for each shape of the tests of the compiler. */
export const compileAttacks: readonly Attack[] = Object.entries(SHAPES).flatMap(([title, shape]) => {
  const spec = storableShape(shape);
  const name = `compile-${title.replace(/[^a-z0-9]+/g, '-').slice(0, 40)}`;
  // Another text each time, so that nothing is remembered.
  const vary = (edit: number): object => ({
    commonMetadata: { annotations: { edit: String(edit) } },
    ...spec,
  });
  return spec === undefined
    ? []
    : [attackByBlueprints(name.replace(/-$/, ''), (random) => vary(random.next()))];
});
