import type { ComponentState } from '../../api/schema/status.ts';
import { reduceLinks } from '../graph/reduce.ts';
import type { DesiredObject, DesiredState } from '../objects/desired.ts';
import { compare } from '../values/path.ts';
import { collapseToLayers } from './collapse.ts';
import { findCriticalPath } from './critical-path.ts';
import { type Graph, type GraphBounds, type GraphNode, labelOf, rankNodes } from './graph-model.ts';

/** What is known of live objects, by their ids. */
export interface Observed {
  state: (id: string) => ComponentState | undefined;
  seconds: (id: string) => number | undefined;
}

/** What nobody has looked at. */
export const NOT_OBSERVED: Observed = { state: () => undefined, seconds: () => undefined };

/** How a graph is made. */
export interface GraphOptions {
  title: string;
  bounds: GraphBounds;
  /** Whether layers stand for their objects, however few there are. Default: false. */
  byLayers?: boolean | undefined;
  observed?: Observed;
}

/** The graph of what a blueprint asks for. */
export function graphOf(desired: DesiredState, options: GraphOptions): Graph {
  const { bounds, byLayers = false } = options;
  const whole = nodesOf(desired, options.observed ?? NOT_OBSERVED);
  const isLarge = whole.length > bounds.nodes || countEdges(whole) > bounds.edges;
  const shown = byLayers || isLarge ? collapseToLayers(whole) : whole;
  const ordered = reduceEdges(orderNodes(shown));
  const { nodes, more } = cutNodes(ordered, bounds);
  return {
    title: labelOf(options.title),
    nodes,
    ...findCriticalPath(nodes),
    byLayers: shown !== whole,
    more,
  };
}

function countEdges(nodes: readonly GraphNode[]): number {
  return nodes.reduce((sum, { after }) => sum + after.length, 0);
}

/** The first nodes, with the edges between them, as far as there is room. */
function cutNodes(nodes: readonly GraphNode[], bounds: GraphBounds): Pick<Graph, 'nodes' | 'more'> {
  let left = bounds.edges;
  const kept = nodes.slice(0, bounds.nodes).map((node) => {
    const after = node.after.slice(0, Math.max(0, left));
    left -= after.length;
    return { ...node, after };
  });
  return { nodes: kept, more: nodes.length - kept.length };
}

function nodesOf(desired: DesiredState, observed: Observed): GraphNode[] {
  const known = new Set(desired.objects.map(({ id }) => id));
  const objects = desired.objects.map((object) => nodeOf(object, known, observed));
  return withStages(objects, desired.environments);
}

function nodeOf(object: DesiredObject, known: ReadonlySet<string>, observed: Observed): GraphNode {
  const { id, ref, title, layer, environment, dependsOn } = object;
  return {
    id,
    label: labelOf(title),
    kind: labelOf(ref.kind),
    environment,
    layer,
    after: dependsOn.filter((other) => known.has(other)).sort(compare),
    state: observed.state(id),
    seconds: observed.seconds(id),
  };
}

/** Adds a node for each environment that others wait for: it is reached when all of the environment is ready. */
function withStages(nodes: readonly GraphNode[], environments: DesiredState['environments']): GraphNode[] {
  const awaited = new Set(environments.flatMap(({ after }) => after ?? []));
  const afterOf = new Map(environments.map(({ name, after }) => [name, after]));
  const needed = new Set(nodes.flatMap(({ after }) => after));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const own = (node: GraphNode): boolean =>
    !node.after.some((id) => byId.get(id)?.environment === node.environment);
  const stages = [...awaited].map((name): GraphNode => {
    const members = nodes.filter(({ environment }) => environment === name);
    return {
      id: stageId(name),
      label: labelOf(`${name} is ready`),
      kind: 'environment',
      environment: name,
      layer: undefined,
      after: members.flatMap(({ id }) => (needed.has(id) ? [] : id)).sort(compare),
      state: undefined,
      seconds: undefined,
    };
  });
  const waiting = nodes.map((node) => {
    const before = node.environment === undefined ? undefined : afterOf.get(node.environment);
    return before === undefined || !own(node)
      ? node
      : { ...node, after: [...node.after, stageId(before)].sort(compare) };
  });
  return [...waiting, ...stages];
}

/** No id of an object has a space. */
function stageId(environment: string): string {
  return `environment ${environment}`;
}

/** Leaves out the edges that others imply, such as that to a source which all layers before need, too. */
function reduceEdges(ordered: readonly GraphNode[]): GraphNode[] {
  const numbers = new Map(ordered.map(({ id }, i) => [id, i]));
  const links = ordered.map(({ after }) =>
    after.flatMap((id) => {
      const to = numbers.get(id);
      return to === undefined ? [] : [{ to, id, explicit: false, native: true }];
    }),
  );
  const reduced = reduceLinks(links, [...ordered.keys()]);
  return ordered.map((node, i) => ({ ...node, after: (reduced[i] ?? []).map(({ id }) => id).sort(compare) }));
}

/** Orders nodes so that each comes after all that it waits for; among equals as they stood. */
function orderNodes(nodes: readonly GraphNode[]): GraphNode[] {
  const ranks = rankNodes(nodes);
  return nodes
    .map((node, i) => ({ node, rank: ranks.get(node.id) ?? 0, i }))
    .sort((a, b) => a.rank - b.rank || a.i - b.i)
    .map(({ node }) => node);
}
