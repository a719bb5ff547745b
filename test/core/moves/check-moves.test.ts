import { expect, test } from '@jest/globals';
import { compile } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import { formatPlace, listStated, parsePlace } from '../../../src/core/moves/stated.ts';
import { spec } from './moving.ts';

const layers = [
  { name: 'base', kustomization: {} },
  {
    name: 'apps',
    components: [
      { name: 'shop', kustomization: {} },
      { name: 'blog', kustomization: {} },
    ],
  },
];

function problems(parts: object): string[] {
  const compiled = compile(spec({ layers, ...parts }), offlineContext());
  return compiled.ok ? [] : compiled.problems.map(({ rule, path, message }) => `${rule} ${path}: ${message}`);
}

test('places are read in each of their forms', () => {
  const forms = {
    base: 'base/base',
    'apps/shop': 'apps/shop',
    'dev:base': 'dev:base/base',
    'dev:apps/shop': 'dev:apps/shop',
  };
  for (const [written, meant] of Object.entries(forms)) expect(formatPlace(parsePlace(written))).toBe(meant);
});

test('moves from what was to what is are right, in whatever form and chain', () => {
  const moved = [
    { from: 'old', to: 'base' },
    { from: 'older', to: 'old' },
    { from: 'web/shop', to: 'apps/shop' },
    { from: 'dev:apps/shop', to: 'apps/blog' },
    { from: 'apps/shop', to: 'apps/shop', blueprint: 'other' },
  ];
  expect(problems({ moved, released: ['apps/gone'] })).toEqual([]);
});

test('what is wrong is told with its path', () => {
  expect(problems({ moved: [{ from: 'x', to: 'apps/shpo' }] })).toEqual([
    'unknown-name spec.moved[0].to: no component is named apps/shpo; did you mean "apps/shop"?',
  ]);
  expect(problems({ moved: [{ from: 'apps/shop', to: 'base' }] })).toEqual([
    'misplaced spec.moved[0].from: apps/shop is still in this blueprint, so that it has not moved: take it out of `layers`, or leave this entry out',
  ]);
  expect(
    problems({
      moved: [
        { from: 'x', to: 'base' },
        { from: 'x/x', to: 'apps/shop' },
      ],
    }),
  ).toEqual(['duplicate spec.moved[1].from: stands in spec.moved[0] too: a component moves once']);
  expect(problems({ released: ['base'] })).toEqual([
    'misplaced spec.released[0]: base is still in this blueprint: take it out of `layers` to let it go, or leave it out here',
  ]);
});

test('a circle is refused once, with its way', () => {
  const moved = [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'c' },
    { from: 'c', to: 'b' },
  ];
  expect(problems({ moved })).toEqual(['cycle spec.moved[1]: moves in a circle: b/b → c/c → b/b']);
  expect(listStated({ moved })).toHaveLength(3);
});

test.each(['', 'a/b/c', 'A/b', 'a:b:c', ' a', 'a/'])('%j is no place', (from) => {
  expect(problems({ moved: [{ from, to: 'base' }] })).toHaveLength(1);
});
