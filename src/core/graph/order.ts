import type { Link, Links } from './graph.ts';

/**
 * The nodes in an order in which each comes after everything it depends on, or the cycles that forbid any order, each
 * as in {@link shortestCycle}. The same graph always gives the same order. Takes time linear in nodes and links.
 */
export function orderNodes(links: Links): { order: number[] } | { cycles: number[][] } {
  const components = findComponents(links);
  const cyclic = components.filter(
    ([first, ...more]) => first !== undefined && (more.length > 0 || leadsTo(links[first] ?? [], first)),
  );
  if (cyclic.length === 0) return { order: components.flat() };
  return { cycles: cyclic.map((component) => shortestCycle(links, component)) };
}

function leadsTo(links: Iterable<Link>, node: number): boolean {
  for (const { to } of links) if (to === node) return true;
  return false;
}

/**
 * Tarjan's strongly connected components, dependencies first. It does not recurse, so that a long chain cannot exhaust
 * the stack.
 */
export function findComponents(links: readonly Iterable<Pick<Link, 'to'>>[]): number[][] {
  const walk = new Walk(links.length);
  for (let root = 0; root < links.length; root++) {
    if (walk.seen(root)) continue;
    walk.enter(root, links[root] ?? []);
    for (let call = walk.calls.at(-1); call !== undefined; call = walk.calls.at(-1)) {
      const next = call.rest.next();
      if (next.done === true) walk.leave(call.node);
      else if (walk.seen(next.value.to)) walk.meet(call.node, next.value.to);
      else walk.enter(next.value.to, links[next.value.to] ?? []);
    }
  }
  return walk.components;
}

/** The state of Tarjan's algorithm. */
class Walk {
  readonly components: number[][] = [];
  /** The nodes on the way, each with its links that were not followed yet. */
  readonly calls: { node: number; rest: Iterator<Pick<Link, 'to'>> }[] = [];
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

  enter(node: number, links: Iterable<Pick<Link, 'to'>>): void {
    this.#index[node] = this.#low[node] = this.#next++;
    this.#onStack.add(node);
    this.#stack.push(node);
    this.calls.push({ node, rest: links[Symbol.iterator]() });
  }

  /** Follows a link to a node that was entered before. It counts only while the component of that node is open. */
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

/** The shortest cycle through the first node of a component: `[a, b, c]` for a → b → c → a. */
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

/** The wave of each node: 0 without dependencies, else one more than the highest wave among its dependencies. */
export function waveOfEach(links: Links, order: readonly number[]): number[] {
  const waves = new Array<number>(links.length).fill(0);
  for (const node of order) {
    for (const { to } of links[node] ?? []) waves[node] = Math.max(waves[node] ?? 0, (waves[to] ?? 0) + 1);
  }
  return waves;
}
