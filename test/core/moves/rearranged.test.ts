import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { KubeObject } from '../../../src/api/object.ts';
import { valueAt } from '../../../src/core/values/json.ts';
import { findBetween, spec } from './moving.ts';

const COUNT = 12;

/** Where each component stands: its layer, its name and its namespace; undefined where it is gone. */
const arrangement = fc.record({
  names: fc.shuffledSubarray(
    Array.from({ length: COUNT }, (_, i) => `n${i}`),
    { minLength: COUNT, maxLength: COUNT },
  ),
  layers: fc.array(fc.constantFrom('one', 'two', 'three'), { minLength: COUNT, maxLength: COUNT }),
  namespaces: fc.array(fc.constantFrom('fleet', 'other'), { minLength: COUNT, maxLength: COUNT }),
  gone: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: COUNT, maxLength: COUNT }),
});

type Arrangement = typeof arrangement extends fc.Arbitrary<infer T> ? T : never;

/** A blueprint in which component i has the path `./p<i>`, wherever it stands. */
function arranged({ names, layers, namespaces, gone }: Arrangement): KubeObject {
  const components = names.flatMap((name, i) =>
    gone[i] === 0
      ? []
      : [
          {
            layer: layers[i] ?? '',
            component: { name, path: `./p${i}`, namespace: namespaces[i], kustomization: {} },
          },
        ],
  );
  const byLayer = Map.groupBy(components, ({ layer }) => layer);
  return spec({
    layers: [...byLayer].map(([name, of]) => ({
      name,
      components: of.map(({ component }) => component),
    })),
  });
}

const pathOf = ({ spec: of }: KubeObject): unknown => valueAt(of, ['path']);

test('however components are rearranged, each that is still there is found, and none that is gone', () => {
  fc.assert(
    fc.property(arrangement, arrangement, (before, after) => {
      const all = findBetween(arranged(before), arranged(after));
      const { leaving } = all;
      const moves = all.moves.filter(({ stays }) => !stays);
      const stay = new Set(after.gone.flatMap((gone, i) => (gone === 0 ? [] : [`./p${i}`])));
      for (const { live, to, unsafe } of moves) {
        expect(pathOf(to.manifest)).toBe(pathOf(live));
        expect(unsafe).toBeUndefined();
      }
      const found = moves.map(({ live }) => pathOf(live)).sort();
      const wanted = leaving.map(({ live }) => pathOf(live)).filter((path) => stay.has(String(path)));
      expect(found).toEqual(wanted.sort());
    }),
    { numRuns: 100 },
  );
});
