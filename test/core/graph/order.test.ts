import { expect, test } from '@jest/globals';
import type { Link } from '../../../src/core/graph/graph.ts';
import { orderNodes, waveOfEach } from '../../../src/core/graph/order.ts';
import { SeededRandom } from '../../harness/random.ts';

function links(...nodes: number[][]): Link[][] {
  return nodes.map((targets) => targets.map((to) => ({ to, explicit: false, native: true })));
}

function orderOf(graph: Link[][]): number[] {
  const ordered = orderNodes(graph);
  if ('cycles' in ordered) throw new Error('cycles');
  return ordered.order;
}

test('every node comes after all that it depends on', () => {
  const random = new SeededRandom(1);
  for (let round = 0; round < 200; round++) {
    const ranks = random.shuffle(Array.from({ length: 1 + random.below(30) }, (_, i) => i));
    const graph = ranks.map((rank) =>
      ranks.flatMap((other, to) =>
        other < rank && random.chance(0.2) ? [{ to, explicit: false, native: random.chance(0.5) }] : [],
      ),
    );
    const order = orderOf(graph);
    expect([...order].sort((a, b) => a - b)).toEqual(ranks.map((_, i) => i));
    for (const [node, targets] of graph.entries()) {
      for (const { to } of targets) expect(order.indexOf(to)).toBeLessThan(order.indexOf(node));
    }
  }
});

test('of several possible orders it is always the same one', () => {
  expect(orderOf(links([], [], []))).toEqual([0, 1, 2]);
  expect(orderOf(links([2], [], []))).toEqual([2, 0, 1]);
});

test('no nodes have an order', () => {
  expect(orderNodes([])).toEqual({ order: [] });
});

test('a chain of a hundred thousand does not exhaust the stack', () => {
  const chain = Array.from({ length: 100_000 }, (_, i) =>
    i === 0 ? [] : [{ to: i - 1, explicit: false, native: true }],
  );
  expect(orderOf(chain)).toHaveLength(100_000);
  expect(waveOfEach(chain, orderOf(chain)).at(-1)).toBe(99_999);
});

test('a wave is one after the latest of its dependencies', () => {
  const graph = links([], [0], [0, 1], [], [3, 2]);
  expect(waveOfEach(graph, orderOf(graph))).toEqual([0, 1, 2, 0, 3]);
});
