import type { Link, Links } from './graph.ts';

/**
 * The fewest links of each node that still imply all the others (transitive reduction). `order` is an order of the
 * nodes, dependencies first. A native link is dropped only where native links alone imply it, any other link where
 * links of any class do. Explicit links stay. Takes nodes × nodes ÷ 4 bytes of memory.
 */
export function reduceLinks<L extends Link>(links: Links<L>, order: readonly number[]): L[][] {
  const position = new Uint32Array(links.length);
  for (const [i, node] of order.entries()) position[node] = i;
  const rank = (link: Link): number => position[link.to] ?? 0;
  const nodes = links.map((own) => ({
    // The latest in the order first, so that a link is seen before those that it implies.
    links: strongestOfEach(own).sort((a, b) => rank(b) - rank(a)),
    native: new BitSet(links.length),
    any: new BitSet(links.length),
    kept: [] as L[],
  }));
  for (const node of order.flatMap((number) => nodes[number] ?? [])) {
    for (const link of node.links) {
      const target = nodes[link.to];
      const implied = (link.native ? node.native : node.any).has(link.to) && !link.explicit;
      if (implied || target === undefined) continue;
      node.kept.push(link);
      node.any.cover(link.to, target.any);
      if (link.native) node.native.cover(link.to, target.native);
    }
  }
  return nodes.map((node) => node.kept);
}

/** A set of the numbers below `size`. */
class BitSet {
  readonly #words: Uint32Array;

  constructor(size: number) {
    this.#words = new Uint32Array(Math.ceil(size / 32));
  }

  has(bit: number): boolean {
    return (((this.#words[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
  }

  /** Adds a number and all numbers of another set of the same size. */
  cover(bit: number, others: BitSet): void {
    const words = this.#words;
    const more = others.#words;
    for (let i = 0; i < more.length; i++) words[i] = (words[i] ?? 0) | (more[i] ?? 0);
    words[bit >>> 5] = (words[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }
}

/** One link for each target, an explicit one where there is any. */
function strongestOfEach<L extends Link>(links: readonly L[]): L[] {
  const byTarget = new Map<number, L>();
  for (const link of links) {
    if (link.explicit || !byTarget.has(link.to)) byTarget.set(link.to, link);
  }
  return [...byTarget.values()];
}
