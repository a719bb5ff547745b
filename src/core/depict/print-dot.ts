import { describeCritical, formatSeconds } from './critical-path.ts';
import { listEdges } from './edges.ts';
import { type Graph, type GraphBounds, type GraphNode, labelOf } from './graph-model.ts';

/** What is written for Graphviz. */
export const DOT_BOUNDS: GraphBounds = { nodes: 2500, edges: 20_000 };

/** The fill of each state. */
const FILLS: Readonly<Partial<Record<string, string>>> = {
  Ready: '#e6f4ea',
  Failed: '#fce8e6',
  Blocked: '#fef7e0',
  Progressing: '#fef7e0',
  Pending: '#f1f3f4',
  Suspended: '#f1f3f4',
};

/** A graph in the language of Graphviz. */
export function printDot(graph: Graph): string {
  const numbers = new Map(graph.nodes.map(({ id }, i) => [id, `n${i}`]));
  const groups = Map.groupBy(graph.nodes, ({ environment }) => environment);
  const critical = new Set(graph.critical);
  const declare = (node: GraphNode): string =>
    `${numbers.get(node.id) ?? ''} [${attributesOf(node, critical.has(node.id))}];`;
  const lines = [
    `digraph ${quoteDot(graph.title)} {`,
    `  label=${quoteDot(describeCritical(graph) + (graph.more === 0 ? '' : `; ${graph.more} more are not shown`))};`,
    '  rankdir=LR;',
    '  node [shape=box, style="rounded,filled", fillcolor="#ffffff", fontname="sans-serif"];',
    ...[...groups].flatMap(([environment, nodes], i) =>
      environment === undefined
        ? nodes.map((node) => `  ${declare(node)}`)
        : [
            `  subgraph cluster_${i} {`,
            `    label=${quoteDot(labelOf(environment))};`,
            ...nodes.map((node) => `    ${declare(node)}`),
            '  }',
          ],
    ),
    ...listEdges(graph).map(({ from, to, isCritical }) => {
      const look = isCritical ? ' [penwidth=2.5, color="#1a73e8"]' : '';
      return `  ${numbers.get(from) ?? ''} -> ${numbers.get(to) ?? ''}${look};`;
    }),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function attributesOf(node: GraphNode, isCritical: boolean): string {
  const time = node.seconds === undefined ? '' : formatSeconds(node.seconds);
  const texts = [node.kind, node.label, [node.state ?? '', time].filter((part) => part !== '').join(', ')];
  // `\n` between the lines is Graphviz's own, so that it is not escaped.
  const label = texts
    .filter((text) => text !== '')
    .map(escapeDot)
    .join('\\n');
  const fill = FILLS[node.state ?? ''];
  return [
    `label="${label}"`,
    ...(fill === undefined ? [] : [`fillcolor="${fill}"`]),
    ...(isCritical ? ['penwidth=2.5', 'color="#1a73e8"'] : []),
  ].join(', ');
}

/** A text between the quotes of DOT, whose backslashes mean something. */
export function escapeDot(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}

function quoteDot(text: string): string {
  return `"${escapeDot(text)}"`;
}
