import { expect, test } from '@jest/globals';
import { compile, compileIfCheap } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import { FLEET, blueprintOf } from '../compiling.ts';
import { cheapestOf } from '../cpu-time.ts';
import { goldenNames, readContext, readGolden } from '../golden/golden.ts';
import { SHAPES } from './expense/shapes.ts';

/** As many plain components as are compiled at once, each with what people write. */
function plainSpec(count: number): object {
  const components = Array.from({ length: count }, (_, i) => ({
    name: `app-${i}`,
    path: `./clusters/production/app-${i}`,
    kustomization: {
      targetNamespace: `namespace-${i}`,
      timeout: '5m',
      postBuild: { substitute: { APP: `app-${i}` } },
    },
  }));
  return { sources: [FLEET], layers: [{ name: 'apps', components }] };
}

test('500 components are compiled at once, and to the same as otherwise', () => {
  const blueprint = blueprintOf(plainSpec(500));
  const cheap = compileIfCheap(blueprint, offlineContext());
  expect(cheap?.ok).toBe(true);
  expect(JSON.stringify(cheap)).toBe(JSON.stringify(compile(blueprint, offlineContext())));
});

test.each(goldenNames())('%s is compiled at once, and to the same as otherwise', (name) => {
  const [blueprint, context] = [readGolden(name), readContext(name)];
  const cheap = compileIfCheap(blueprint, context);
  if (cheap !== undefined) expect(JSON.stringify(cheap)).toBe(JSON.stringify(compile(blueprint, context)));
  else expect(JSON.stringify(blueprint).length).toBeGreaterThan(20_000);
});

test.each(Object.entries(SHAPES))(
  'no part of a hostile shape is compiled at once that takes long: %s',
  (_, shapeOf) => {
    const plain = blueprintOf(plainSpec(500));
    const shapes = [0.02, 0.05, 0.1, 0.25, 1].flatMap((size) => {
      try {
        return [blueprintOf(shapeOf(size))];
      } catch {
        // This shape cannot be made in that size.
        return [];
      }
    });
    const works = [plain, ...shapes].map((input) => () => compileIfCheap(input, offlineContext()));
    const [usual = 0, ...costs] = cheapestOf(works, 3);
    expect(Math.max(...costs)).toBeLessThan(5 * usual);
  },
);
