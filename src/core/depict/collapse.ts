import { COMPONENT_STATES, type ComponentState } from '../../api/schema/status.ts';
import { compare } from '../values/path.ts';
import { type GraphNode, labelOf } from './graph-model.ts';

/** One node for each layer of each environment, and one for all that belongs to no layer. */
export function collapseToLayers(nodes: readonly GraphNode[]): GraphNode[] {
  const groups = Map.groupBy(nodes, groupOf);
  const groupOfId = new Map(nodes.map((node) => [node.id, groupOf(node)]));
  const collapsed = [...groups].map(([id, members]) => collapse(id, members, groupOfId));
  return withoutCircles(collapsed);
}

function groupOf({ id, kind, environment, layer }: GraphNode): string {
  if (kind === 'environment') return id;
  return layer === undefined ? `others ${environment ?? ''}` : `layer ${environment ?? ''} ${layer}`;
}

function collapse(
  id: string,
  members: readonly GraphNode[],
  groupOfId: ReadonlyMap<string, string>,
): GraphNode {
  const [first] = members;
  const { environment, layer } = first ?? {};
  const isStage = first?.kind === 'environment';
  const after = new Set(members.flatMap((member) => member.after.flatMap((one) => groupOfId.get(one) ?? [])));
  after.delete(id);
  const times = members.flatMap(({ seconds }) => seconds ?? []);
  const where = environment === undefined ? '' : ` (${environment})`;
  return {
    id,
    label: isStage ? first.label : labelOf(`${layer ?? 'sources and others'}${where}`),
    kind: isStage ? first.kind : `${members.length} ${members.length === 1 ? 'object' : 'objects'}`,
    environment,
    layer,
    after: [...after].sort(compare),
    state: worstOf(members),
    seconds: times.length === 0 ? undefined : Math.max(...times),
  };
}

function worstOf(members: readonly GraphNode[]): ComponentState | undefined {
  return COMPONENT_STATES.find((state) => members.some((member) => member.state === state));
}

/**
 * Layers may wait for each other though their components do not: then the edge that leads back is left out, by the
 * order of the nodes.
 */
function withoutCircles(nodes: readonly GraphNode[]): GraphNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const done = new Map<string, string[]>();
  const open = new Set<string>();
  for (const { id } of nodes) visit(id, byId, done, open);
  return nodes.map((node) => ({ ...node, after: done.get(node.id) ?? [] }));
}

/** Walks to all that a node waits for, not by calls of itself, and keeps the edges that lead to no open node. */
function visit(
  start: string,
  byId: ReadonlyMap<string, GraphNode>,
  done: Map<string, string[]>,
  open: Set<string>,
): void {
  const stack: { id: string; left: string[]; kept: string[] }[] = [];
  const push = (id: string): void => {
    if (done.has(id) || open.has(id)) return;
    open.add(id);
    stack.push({ id, left: [...(byId.get(id)?.after ?? [])], kept: [] });
  };
  push(start);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.left.shift();
    if (next === undefined) {
      stack.pop();
      open.delete(top.id);
      done.set(top.id, top.kept);
    } else if (!open.has(next)) {
      top.kept.push(next);
      push(next);
    }
  }
}
