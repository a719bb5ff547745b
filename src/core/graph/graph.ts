/**
 * Algorithms on directed graphs whose nodes are numbers. The room imports nothing: its callers number their components
 * or environments, and translate the answers back. `order.ts` orders nodes or finds the cycles that forbid an order,
 * `reduce.ts` drops the links that others imply. Begin with the types below.
 */

/** A link of a graph: `to` must come before the node that holds the link. */
export interface Link {
  to: number;
  /** Whether the user asked for this very link, so that it stays even where others imply it. */
  explicit: boolean;
  /** Whether Flux orders the two nodes by itself. The other links hold only while the operator enforces them. */
  native: boolean;
}

/**
 * A graph: the links of each node. They can be iterated over several times, and need not all exist at once: there may
 * be as many as nodes × nodes.
 */
export type Links<L extends Link = Link> = readonly Iterable<L>[];
