/**
 * Pictures of what a blueprint deploys and in which order: the graph of its objects (this file; `make-graph.ts` makes
 * it), its critical path, and the forms in which it is printed: a tree for terminals, Mermaid, DOT, and SVG by a
 * layered layout (`svg/`). Names come from tenants: each form escapes them, and the size of each is bounded. Everything
 * is pure. Begin with {@link Graph}.
 */
import type { ComponentState } from '../../api/schema/status.ts';
import { toOneLine } from '../text/printable.ts';
import { cut } from '../values/truncate.ts';

/** A node: an object, a layer, or the end of an environment that others wait for. */
export interface GraphNode {
  id: string;
  /** On one line, and of bounded length. */
  label: string;
  /** What kind of thing it is: `Kustomization`, `layer`. Same bounds. */
  kind: string;
  environment: string | undefined;
  /** Undefined where it belongs to none. */
  layer: string | undefined;
  /** The ids of what must be ready first; each is that of a node. Sorted. */
  after: readonly string[];
  /** How it is; undefined where there is no cluster. */
  state: ComponentState | undefined;
  /** How long it took to become ready, as it was measured, in seconds; undefined where that is not known. */
  seconds: number | undefined;
}

/** A graph without circles. */
export interface Graph {
  /** The name of the blueprint. */
  title: string;
  /** Each after all that it waits for. */
  nodes: readonly GraphNode[];
  /** The ids on the critical path, from its begin to its end. */
  critical: readonly string[];
  /** How long that takes, as it was measured, in seconds; undefined where nothing was. */
  criticalSeconds: number | undefined;
  /** Whether layers stand for their objects. */
  byLayers: boolean;
  /** How many nodes are left out, because there are too many. */
  more: number;
}

/** How much a form shows. What has more is shown by layers, and what has more even then is cut. */
export interface GraphBounds {
  nodes: number;
  edges: number;
}

/** The longest label, in characters. */
const MAX_LABEL = 80;

/** A text of a tenant on one line, and of bounded length. */
export function labelOf(text: string): string {
  return cut(toOneLine(text), MAX_LABEL);
}

/** How many steps the longest way to each node has. What waits in a circle has none. */
export function rankNodes(nodes: readonly GraphNode[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  const waiting = new Map(nodes.map(({ id, after }) => [id, after.length]));
  const followers = Map.groupBy(
    nodes.flatMap(({ id, after }) => after.map((before) => ({ before, id }))),
    ({ before }) => before,
  );
  const open = nodes.filter(({ after }) => after.length === 0).map(({ id }) => id);
  for (const id of open) ranks.set(id, 0);
  // What is added on the way is visited too.
  for (const id of open) {
    for (const { id: next } of followers.get(id) ?? []) {
      ranks.set(next, Math.max(ranks.get(next) ?? 0, (ranks.get(id) ?? 0) + 1));
      const left = (waiting.get(next) ?? 0) - 1;
      waiting.set(next, left);
      if (left === 0) open.push(next);
    }
  }
  return ranks;
}
