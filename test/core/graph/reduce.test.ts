import { expect, test } from '@jest/globals';
import type { Link } from '../../../src/core/graph/graph.ts';
import { orderNodes } from '../../../src/core/graph/order.ts';
import { reduceLinks } from '../../../src/core/graph/reduce.ts';
import { SeededRandom } from '../../harness/random.ts';

/** All nodes that links lead to, of whatever class or of native ones only. */
function reach(graph: readonly (readonly Link[])[], from: number, nativeOnly: boolean): Set<number> {
  const seen = new Set<number>();
  const open = [from];
  for (const node of open) {
    for (const link of graph[node] ?? []) {
      if ((nativeOnly && !link.native) || seen.has(link.to)) continue;
      seen.add(link.to);
      open.push(link.to);
    }
  }
  return seen;
}

/** By definition: a link goes where another way of one of its own class's kind leads to the same node. */
function reduceByForce(graph: readonly (readonly Link[])[]): number[][] {
  return graph.map((links) => {
    const single = new Map<number, Link>();
    for (const link of links) if (link.explicit || !single.has(link.to)) single.set(link.to, link);
    return [...single.values()]
      .filter(
        (link) =>
          link.explicit ||
          ![...single.values()].some(
            (other) =>
              other.to !== link.to &&
              (other.native || !link.native) &&
              reach(graph, other.to, link.native).has(link.to),
          ),
      )
      .map(({ to }) => to)
      .sort((a, b) => a - b);
  });
}

function randomGraph(random: SeededRandom): Link[][] {
  const ranks = random.shuffle(Array.from({ length: 2 + random.below(40) }, (_, i) => i));
  // The class of a link is that of its ends, as with Flux's kinds.
  const kinds = ranks.map(() => random.chance(0.5));
  const density = random.next() * 0.6;
  return ranks.map((rank, node) =>
    ranks.flatMap((other, to) =>
      other < rank && random.chance(density)
        ? Array.from({ length: 1 + random.below(2) }, () => ({
            to,
            explicit: random.chance(0.15),
            native: kinds[node] === kinds[to],
          }))
        : [],
    ),
  );
}

function reduce(graph: Link[][]): Link[][] {
  const ordered = orderNodes(graph);
  if ('cycles' in ordered) throw new Error('cycles');
  return reduceLinks(graph, ordered.order);
}

function targets(graph: readonly (readonly Link[])[]): number[][] {
  return graph.map((links) => links.map(({ to }) => to).sort((a, b) => a - b));
}

test('the reduction of 400 random graphs is the one that brute force finds', () => {
  const random = new SeededRandom(3);
  for (let round = 0; round < 400; round++) {
    const graph = randomGraph(random);
    expect(targets(reduce(graph))).toEqual(reduceByForce(graph));
  }
});

test('what is left orders the nodes as before, natively and by whatever class', () => {
  const random = new SeededRandom(4);
  for (let round = 0; round < 100; round++) {
    const graph = randomGraph(random);
    const reduced = reduce(graph);
    for (const node of graph.keys()) {
      expect(reach(reduced, node, false)).toEqual(reach(graph, node, false));
      expect(reach(reduced, node, true)).toEqual(reach(graph, node, true));
    }
  }
});

test('a native link stays where only a way through another class implies it', () => {
  const graph = [
    [],
    [{ to: 0, explicit: false, native: false }],
    [
      { to: 0, explicit: false, native: true },
      { to: 1, explicit: false, native: false },
    ],
  ];
  expect(targets(reduce(graph))).toEqual([[], [0], [0, 1]]);
});

test('a link of another class goes where any way implies it', () => {
  const graph = [
    [],
    [{ to: 0, explicit: false, native: true }],
    [
      { to: 0, explicit: false, native: false },
      { to: 1, explicit: false, native: false },
    ],
  ];
  expect(targets(reduce(graph))).toEqual([[], [0], [1]]);
});

test('of two links to one node the explicit one stays', () => {
  const graph = [
    [],
    [
      { to: 0, explicit: false, native: true },
      { to: 0, explicit: true, native: true },
      { to: 0, explicit: false, native: true },
    ],
  ];
  expect(reduce(graph)[1]).toEqual([{ to: 0, explicit: true, native: true }]);
});
