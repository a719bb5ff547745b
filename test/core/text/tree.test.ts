import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type TreeNode, printTree } from '../../../src/core/text/tree.ts';
import { widthOf } from '../../../src/core/text/width.ts';
import { marked, plain } from './marked.ts';

function node(name: string, children: TreeNode[] = [], more: Partial<TreeNode> = {}): TreeNode {
  return { symbol: { text: '✔', look: 'good' }, name, details: [], children, ...more };
}

const tree = node('platform', [
  node('apps', [node('web', [], { message: 'there is no such path as ./apps/web' }), node('api')], {
    details: ['1/2 ready', '', '3d'],
  }),
  node('base', [node('crds')]),
]);

test('branches lead to every node, and messages stand below it', () => {
  const expected = `✔ platform
├ ✔ apps  1/2 ready  3d
│ ├ ✔ web
│ │   there is no such path as ./apps/web
│ └ ✔ api
└ ✔ base
  └ ✔ crds
`;
  for (const columns of [undefined, 120, 80]) expect(printTree(tree, plain(columns))).toBe(expected);
});

test('what does not fit is folded, and the branches stay whole', () => {
  expect(printTree(tree, plain(20))).toBe(`✔ platform
├ ✔ apps  1/2 ready
│ │ 3d
│ ├ ✔ web
│ │   there is no
│ │   such path as
│ │   ./apps/web
│ └ ✔ api
└ ✔ base
  └ ✔ crds
`);
});

test('looks are around symbols and messages', () => {
  expect(printTree(node('a', [], { message: 'b\nc' }), marked(80))).toBe('<good:✔> a\n  <faint:b; c>\n');
});

const part = fc.string({ unit: 'grapheme', maxLength: 40 });
const nodes = fc.letrec<{ node: TreeNode; leaf: TreeNode; inner: TreeNode }>((tie) => {
  const fields = {
    symbol: fc.constant({ text: '◎', look: 'faint' as const }),
    name: part,
    details: fc.array(part, { maxLength: 3 }),
    message: fc.option(part, { nil: undefined }),
  };
  return {
    node: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('inner')),
    leaf: fc.record({ ...fields, children: fc.constant([]) }),
    inner: fc.record({ ...fields, children: fc.array(tie('node'), { maxLength: 3 }) }),
  };
}).node;

test('no line is wider than the terminal, as long as there is room for a few characters', () => {
  fc.assert(
    fc.property(nodes, fc.integer({ min: 20, max: 100 }), (root, columns) => {
      const depthOf = ({ children }: TreeNode): number => 1 + Math.max(0, ...children.map(depthOf));
      const least = 2 * depthOf(root) + 8;
      for (const line of printTree(root, plain(columns)).split('\n'))
        expect(widthOf(line)).toBeLessThanOrEqual(Math.max(columns, least));
    }),
  );
});

test('a tree as deep as a long list is printed', () => {
  let deep = node('leaf');
  for (let i = 0; i < 2_000; i++) deep = node('n', [deep]);
  expect(printTree(deep, plain()).split('\n')).toHaveLength(2_002);
});
