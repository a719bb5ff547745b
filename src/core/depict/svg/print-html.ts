import { describeCritical, formatSeconds } from '../critical-path.ts';
import type { Graph, GraphNode } from '../graph-model.ts';
import { escapeXml, printSvg } from './print-svg.ts';

/** Allows nothing but the style that the page itself has: no script, no picture, no address. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

const STYLE = `
  body { font: 14px system-ui, sans-serif; margin: 24px; color: #202124; }
  .scroll { overflow: auto; border: 1px solid #dadce0; border-radius: 8px; }
  table { border-collapse: collapse; margin-top: 24px; }
  th, td { text-align: left; padding: 4px 16px 4px 0; border-bottom: 1px solid #dadce0; }
`;

/** A graph as a page by itself: the picture, and the same as a table, for those who read or search. */
export function printHtml(graph: Graph): string {
  const labels = new Map(graph.nodes.map(({ id, label }) => [id, label]));
  const critical = new Set(graph.critical);
  const title = escapeXml(graph.title);
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    `<title>${title}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    `<h1>${title}</h1>`,
    `<p>${escapeXml(describeCritical(graph))}</p>`,
    `<div class="scroll">${printSvg(graph).trimEnd()}</div>`,
    '<table>',
    '<tr><th>Kind</th><th>Name</th><th>State</th><th>Took</th><th>After</th><th>Critical</th></tr>',
    ...graph.nodes.map((node) => rowOf(node, labels, critical.has(node.id))),
    '</table>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function rowOf(node: GraphNode, labels: ReadonlyMap<string, string>, isCritical: boolean): string {
  const cells = [
    node.kind,
    node.label,
    node.state ?? '',
    node.seconds === undefined ? '' : formatSeconds(node.seconds),
    node.after.map((id) => labels.get(id) ?? id).join(', '),
    isCritical ? '★' : '',
  ];
  return `<tr>${cells.map((cell) => `<td>${escapeXml(cell)}</td>`).join('')}</tr>`;
}
