import { describeCritical, formatSeconds } from './critical-path.ts';
import { listEdges } from './edges.ts';
import { type Graph, type GraphBounds, type GraphNode, labelOf } from './graph-model.ts';

/** What GitHub draws: with more edges, or a longer text, Mermaid refuses. */
export const MERMAID_BOUNDS: GraphBounds = { nodes: 250, edges: 450 };

/** Fill and border of each state. */
const STYLES: readonly (readonly [string, string])[] = [
  ['Ready', 'fill:#e6f4ea,stroke:#1e8e3e,color:#202124'],
  ['Failed', 'fill:#fce8e6,stroke:#d93025,color:#202124'],
  ['Blocked', 'fill:#fef7e0,stroke:#f29900,color:#202124'],
  ['Progressing', 'fill:#fef7e0,stroke:#f29900,color:#202124'],
  ['Pending', 'fill:#f1f3f4,stroke:#9aa0a6,color:#202124'],
  ['Suspended', 'fill:#f1f3f4,stroke:#9aa0a6,color:#202124'],
];

/** A graph as a flowchart of Mermaid, as Markdown holds it between fences. */
export function printMermaid(graph: Graph): string {
  const numbers = new Map(graph.nodes.map(({ id }, i) => [id, `n${i}`]));
  const groups = Map.groupBy(graph.nodes, ({ environment }) => environment);
  const edges = listEdges(graph);
  const lines = [
    'flowchart LR',
    `  %% ${describeCritical(graph)}${graph.more === 0 ? '' : `; ${graph.more} more nodes are not shown`}`,
    ...[...groups].flatMap(([environment, nodes], i) =>
      environment === undefined
        ? nodes.map((node) => `  ${declare(node, numbers)}`)
        : [
            `  subgraph e${i}["${escapeMermaid(labelOf(environment))}"]`,
            ...nodes.map((node) => `    ${declare(node, numbers)}`),
            '  end',
          ],
    ),
    ...edges.map(({ from, to, isCritical }) => {
      const arrow = isCritical ? '==>' : '-->';
      return `  ${numbers.get(from) ?? ''} ${arrow} ${numbers.get(to) ?? ''}`;
    }),
    ...STYLES.flatMap(([state, style]) => {
      const names = graph.nodes.filter((node) => node.state === state).map(({ id }) => numbers.get(id) ?? '');
      return names.length === 0
        ? []
        : [`  classDef ${state} ${style}`, `  class ${names.join(',')} ${state}`];
    }),
  ];
  return `${lines.join('\n')}\n`;
}

function declare(node: GraphNode, numbers: ReadonlyMap<string, string>): string {
  const time = node.seconds === undefined ? '' : `<br/>${formatSeconds(node.seconds)}`;
  const text = `${escapeMermaid(node.kind)}<br/>${escapeMermaid(node.label)}${time}`;
  return `${numbers.get(node.id) ?? ''}["${text}"]`;
}

/** Mermaid reads markup, Markdown and entities in its labels: all but plain characters become entities. */
export function escapeMermaid(text: string): string {
  return text.replace(/[^\p{L}\p{N} ./:,-]/gu, (character) => `#${character.codePointAt(0) ?? 0};`);
}
