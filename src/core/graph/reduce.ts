import { BitSet } from './bit-set.ts';
import type { Link, Links } from './graph.ts';

/**
 * The fewest links of each node that still imply all the others (transitive reduction). `order` is an order of the
 * nodes, dependencies first. A native link is dropped only where native links alone imply it, any other link where
 * links of any class do. Explicit links stay. Takes nodes × nodes ÷ 4 bytes of memory.
 */
export function reduceLinks<L extends Link>(links: Links<L>, order: readonly number[]): L[][] {
  const position = new Uint32Array(links.length);
  for (const [i, node] of order.entries()) position[node] = i;
  const strongest = new StrongestLinks<L>(position);
  const nodes = links.map((own) => ({
    own,
    native: new BitSet(links.length),
    any: new BitSet(links.length),
    kept: [] as L[],
  }));
  for (const node of order.flatMap((number) => nodes[number] ?? [])) {
    for (const link of strongest.ofEach(node.own)) {
      const target = nodes[link.to];
      const implied = (link.native ? node.native : node.any).has(link.to) && !link.explicit;
      if (implied || target === undefined) continue;
      node.kept.push(link);
      node.any.add(link.to).cover(target.any);
      if (link.native) node.native.add(link.to).cover(target.native);
    }
  }
  return nodes.map((node) => node.kept);
}

/** Finds one link of a node for each target, an explicit one where there is any. */
class StrongestLinks<L extends Link> {
  readonly #position: Uint32Array;
  /** The links of the present node, by the position of their target in the order. */
  readonly #slots: (L | undefined)[];

  /** `position` is that of each node in an order, dependencies first. */
  constructor(position: Uint32Array) {
    this.#position = position;
    this.#slots = new Array<L | undefined>(position.length).fill(undefined);
  }

  /** The latest target in the order first, so that a link is seen before those that it implies. */
  *ofEach(links: Iterable<L>): IterableIterator<L> {
    let [lowest, highest] = [Infinity, -1];
    for (const link of links) {
      const at = this.#position[link.to] ?? 0;
      if (link.explicit || this.#slots[at] === undefined) this.#slots[at] = link;
      lowest = Math.min(lowest, at);
      highest = Math.max(highest, at);
    }
    for (let at = highest; at >= lowest; at--) {
      const link = this.#slots[at];
      this.#slots[at] = undefined;
      if (link !== undefined) yield link;
    }
  }
}
