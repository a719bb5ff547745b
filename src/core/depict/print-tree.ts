import type { ComponentState } from '../../api/schema/status.ts';
import { STATE_SYMBOLS } from '../inspect/state-symbols.ts';
import type { Look } from '../text/layout.ts';
import type { TreeNode } from '../text/tree.ts';
import { joinFirst } from '../values/suggest.ts';
import { describeCritical, formatSeconds } from './critical-path.ts';
import { type Graph, type GraphNode, rankNodes } from './graph-model.ts';

/** The most others that a node names which it waits for too. */
const MAX_NAMED = 3;

/**
 * A graph as a tree, in which each node stands once: below the one of those that it waits for that comes last, and of
 * these rather on the critical path. The others are named beside it.
 */
export function treeOfGraph(graph: Graph): TreeNode {
  const ranks = rankNodes(graph.nodes);
  const critical = new Set(graph.critical);
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const parentOf = new Map(
    graph.nodes.map((node) => {
      const before = [...node.after].sort(
        (a, b) =>
          Number(critical.has(b)) - Number(critical.has(a)) || (ranks.get(b) ?? 0) - (ranks.get(a) ?? 0),
      );
      return [node.id, before[0]] as const;
    }),
  );
  const children = Map.groupBy(graph.nodes, ({ id }) => parentOf.get(id));
  const made = new Map<string, TreeNode>();
  // From the last to the first, so that children are made before their parents.
  for (const node of graph.nodes.toReversed()) {
    const others = node.after.filter((id) => id !== parentOf.get(node.id)).map((id) => labelAt(byId, id));
    made.set(
      node.id,
      leafOf(node, {
        others,
        isCritical: critical.has(node.id),
        byLayers: graph.byLayers,
        children: below(node.id),
      }),
    );
  }
  const rest = graph.more === 0 ? '' : `; ${graph.more} more are not shown`;
  return {
    symbol: { text: '▪', look: 'strong' },
    name: graph.title,
    details: [],
    message: `${describeCritical(graph)} (★)${rest}`,
    children: below(undefined),
  };

  function below(id: string | undefined): TreeNode[] {
    return (children.get(id) ?? []).flatMap((child) => made.get(child.id) ?? []);
  }
}

function labelAt(byId: ReadonlyMap<string, GraphNode>, id: string): string {
  return byId.get(id)?.label ?? id;
}

/** What a node of the tree shows beside the node itself. */
interface LeafOptions {
  /** What it waits for beside the node that it stands below. */
  others: string[];
  isCritical: boolean;
  byLayers: boolean;
  children: TreeNode[];
}

function leafOf(node: GraphNode, { others, isCritical, byLayers, children }: LeafOptions): TreeNode {
  const { label, kind, state, seconds } = node;
  const look: Look = isCritical ? 'strong' : 'faint';
  const also = others.length === 0 ? '' : `also after ${joinFirst(others, MAX_NAMED)}`;
  return {
    symbol: state === undefined ? { text: isCritical ? '★' : '·', look } : STATE_SYMBOLS[state],
    name: byLayers ? label : `${kind} ${label}`,
    details: [
      byLayers ? kind : '',
      ...describeState(state, isCritical),
      seconds === undefined ? '' : formatSeconds(seconds),
      also,
    ],
    children,
  };
}

/** What a node with a state says beside its symbol. */
function describeState(state: ComponentState | undefined, isCritical: boolean): string[] {
  if (state === undefined) return [];
  return [isCritical ? '★' : '', state === 'Ready' ? '' : state];
}
