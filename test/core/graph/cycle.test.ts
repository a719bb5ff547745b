import { expect, test } from '@jest/globals';
import type { Link } from '../../../src/core/graph/graph.ts';
import { orderNodes } from '../../../src/core/graph/order.ts';
import { SeededRandom } from '../../harness/random.ts';

function cyclesOf(...nodes: number[][]): number[][] {
  const graph: Link[][] = nodes.map((targets) =>
    targets.map((to) => ({ to, explicit: false, native: true })),
  );
  const ordered = orderNodes(graph);
  return 'cycles' in ordered ? ordered.cycles : [];
}

test('a node that depends on itself is a cycle of one', () => {
  expect(cyclesOf([], [1])).toEqual([[1]]);
});

test('a cycle is named from its first node, in the order of the links', () => {
  expect(cyclesOf([2], [0], [1])).toEqual([[0, 2, 1]]);
});

test('of several ways back the shortest is named', () => {
  expect(cyclesOf([1, 3], [2], [3], [0])).toEqual([[0, 3]]);
});

test('cycles that do not touch are each named, and what only leads to one is not', () => {
  expect(cyclesOf([1], [0], [3], [2], [0])).toEqual([
    [0, 1],
    [2, 3],
  ]);
});

test('every named cycle is one, whatever the graph', () => {
  const random = new SeededRandom(2);
  for (let round = 0; round < 300; round++) {
    const size = 2 + random.below(12);
    const nodes = Array.from({ length: size }, () =>
      Array.from({ length: size }, (_, to) => to).filter(() => random.chance(0.15)),
    );
    for (const cycle of cyclesOf(...nodes)) {
      expect(new Set(cycle).size).toBe(cycle.length);
      for (const [i, node] of cycle.entries()) {
        expect(nodes[node]).toContain(cycle[(i + 1) % cycle.length]);
      }
    }
  }
});
