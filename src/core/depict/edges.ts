import type { Graph } from './graph-model.ts';

/** The edges of a graph, from what must be ready first to what waits for it. */
export function listEdges(graph: Graph): { from: string; to: string; isCritical: boolean }[] {
  const next = new Map(graph.critical.map((id, i) => [id, graph.critical[i + 1]]));
  return graph.nodes.flatMap(({ id, after }) =>
    after.map((from) => ({ from, to: id, isCritical: next.get(from) === id })),
  );
}
