import { SHAPES } from '../../core/compile/expense/shapes.ts';
import { type Attack, attackByBlueprints } from '../attack.ts';

/** The most bytes of a blueprint that etcd takes, as JSON, with room for metadata and managed fields. */
const MOST_BYTES = 1_200_000;

/** The parts of the full size of a shape that are tried, until it is one that etcd takes. */
const SIZES = [1, 0.5, 0.25, 0.1, 0.05];

/** A shape at the largest size that can be stored. */
export function storableShape(shape: (size?: number) => object): object {
  const found = SIZES.map((size) => () => shape(size)).find((make) => sizeOf(make()) < MOST_BYTES);
  if (found === undefined) throw new Error('the shape is too large at every size');
  return found();
}

function sizeOf(spec: object): number {
  return JSON.stringify(spec).length;
}

/** Memory and time, by what small texts compile to: one attack for each shape of the tests of the compiler. */
export const compileAttacks: readonly Attack[] = Object.values(SHAPES).map((shape, i) =>
  attackByBlueprints(`compile-${i}`, (random) => ({
    ...storableShape(shape),
    // Another text each time, so that nothing is remembered.
    commonMetadata: { annotations: { edit: String(random.next()) } },
  })),
);
