/** A link of a directed graph whose nodes are numbers: `to` must come before the node that holds the link. */
export interface Link {
  to: number;
  /** Someone asked for this very link: it stays, even where others imply it. */
  explicit: boolean;
  /** Links of one class order their nodes by themselves; others only by way of whoever watches them. */
  native: boolean;
}

/** A graph: the links of each node. */
export type Links<L extends Link = Link> = readonly (readonly L[])[];

/**
 * The nodes in an order in which each comes after all it depends on, or the cycles that forbid it. Of several
 * possible orders it is always the same one. Linear in nodes and links.
 */
export function orderNodes(links: Links): { order: number[] } | { cycles: number[][] } {
  const components = findComponents(links);
  const cyclic = components.filter(
    ([first, ...more]) =>
      first !== undefined && (more.length > 0 || links[first]?.some((link) => link.to === first) === true),
  );
  if (cyclic.length === 0) return { order: components.flat() };
  return { cycles: cyclic.map((component) => shortestCycle(links, component)) };
}

/**
 * Tarjan's strongly connected components, without recursion so that a long chain cannot exhaust the stack. They
 * come out dependencies first.
 */
function findComponents(links: Links): number[][] {
  const walk = new Walk(links.length);
  for (let root = 0; root < links.length; root++) {
    if (walk.seen(root)) continue;
    walk.enter(root);
    for (let call = walk.calls.at(-1); call !== undefined; call = walk.calls.at(-1)) {
      const to = links[call.node]?.[call.at++]?.to;
      if (to === undefined) walk.leave(call.node);
      else if (walk.seen(to)) walk.meet(call.node, to);
      else walk.enter(to);
    }
  }
  return walk.components;
}

/** The state of Tarjan's walk. */
class Walk {
  readonly components: number[][] = [];
  readonly calls: { node: number; at: number }[] = [];
  readonly #index: number[];
  readonly #low: number[];
  readonly #onStack = new Set<number>();
  readonly #stack: number[] = [];
  #next = 0;

  constructor(size: number) {
    this.#index = new Array<number>(size).fill(-1);
    this.#low = new Array<number>(size).fill(-1);
  }

  seen(node: number): boolean {
    return this.#index[node] !== -1;
  }

  enter(node: number): void {
    this.#index[node] = this.#low[node] = this.#next++;
    this.#onStack.add(node);
    this.#stack.push(node);
    this.calls.push({ node, at: 0 });
  }

  /** An edge to a node that was entered before; it counts only while that node's component is open. */
  meet(node: number, to: number): void {
    if (this.#onStack.has(to)) this.#lower(node, this.#index[to]);
  }

  leave(node: number): void {
    this.calls.pop();
    const caller = this.calls.at(-1);
    if (caller !== undefined) this.#lower(caller.node, this.#low[node]);
    if (this.#low[node] !== this.#index[node]) return;
    const component = this.#stack.splice(this.#stack.lastIndexOf(node));
    for (const member of component) this.#onStack.delete(member);
    this.components.push(component.sort((a, b) => a - b));
  }

  #lower(node: number, to = Infinity): void {
    this.#low[node] = Math.min(this.#low[node] ?? Infinity, to);
  }
}

/** The shortest way from a component's first node back to itself: `[a, b, c]` for a → b → c → a. */
function shortestCycle(links: Links, component: readonly number[]): number[] {
  const start = component[0] ?? 0;
  const inside = new Set(component);
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const node of queue) {
    for (const { to } of links[node] ?? []) {
      if (to === start) return backtrack(cameFrom, start, node);
      if (!inside.has(to) || cameFrom.has(to)) continue;
      cameFrom.set(to, node);
      queue.push(to);
    }
  }
  return [start];
}

function backtrack(cameFrom: ReadonlyMap<number, number>, start: number, end: number): number[] {
  const path = [end];
  for (let node = end; node !== start;) {
    node = cameFrom.get(node) ?? start;
    path.push(node);
  }
  return path.reverse();
}

/**
 * The fewest links that order the nodes as before (transitive reduction), in the order of `order`. A native link
 * goes only where native links alone imply it; any other goes where links of whatever class imply it. Explicit
 * links stay. Nodes × nodes ÷ 4 bytes of memory.
 */
export function reduceLinks<L extends Link>(links: Links<L>, order: readonly number[]): L[][] {
  const position = new Uint32Array(links.length);
  for (const [i, node] of order.entries()) position[node] = i;
  const rank = (link: Link): number => position[link.to] ?? 0;
  const nodes = links.map((own) => ({
    // The latest first: what implies another link is then seen before it.
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

/** A set of small numbers. */
class BitSet {
  readonly #words: Uint32Array;

  constructor(size: number) {
    this.#words = new Uint32Array(Math.ceil(size / 32));
  }

  has(bit: number): boolean {
    return (((this.#words[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
  }

  /** Adds a number, and all of another set. */
  cover(bit: number, others: BitSet): void {
    const words = this.#words;
    const more = others.#words;
    for (let i = 0; i < more.length; i++) words[i] = (words[i] ?? 0) | (more[i] ?? 0);
    words[bit >>> 5] = (words[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }
}

/** One link for each target: an explicit one where there is one. */
function strongestOfEach<L extends Link>(links: readonly L[]): L[] {
  const byTarget = new Map<number, L>();
  for (const link of links) {
    if (link.explicit || !byTarget.has(link.to)) byTarget.set(link.to, link);
  }
  return [...byTarget.values()];
}

/** The wave of each node: 0 without dependencies, else one after the latest of them. */
export function waveOfEach(links: Links, order: readonly number[]): number[] {
  const waves = new Array<number>(links.length).fill(0);
  for (const node of order) {
    for (const { to } of links[node] ?? []) waves[node] = Math.max(waves[node] ?? 0, (waves[to] ?? 0) + 1);
  }
  return waves;
}
