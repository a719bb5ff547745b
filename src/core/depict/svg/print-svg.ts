import { widthOf } from '../../text/width.ts';
import { describeCritical, formatSeconds } from '../critical-path.ts';
import type { Graph, GraphBounds, GraphNode } from '../graph-model.ts';
import { type Drawing, type Route, type Spot, layOut } from './layers.ts';

/** What is drawn: a browser shows it at once, and people still see something. */
export const SVG_BOUNDS: GraphBounds = { nodes: 400, edges: 2000 };

/** The width of a column of monospaced text of 12 pixels, in pixels. */
const CHARACTER = 7.3;

/** The room that the line below the drawing takes, in pixels. */
const FOOT = 28;

/** Colours by classes, so that a page may have its own. */
export const STYLE = `
  .graph { background: #ffffff; }
  .graph text { font: 12px ui-monospace, Menlo, Consolas, monospace; fill: #202124; }
  .graph .kind { fill: #5f6368; font-size: 10px; }
  .graph rect { fill: #ffffff; stroke: #9aa0a6; }
  .graph path { fill: none; stroke: #9aa0a6; }
  .graph .Ready rect { fill: #e6f4ea; stroke: #1e8e3e; }
  .graph .Failed rect { fill: #fce8e6; stroke: #d93025; }
  .graph .Blocked rect, .graph .Progressing rect { fill: #fef7e0; stroke: #f29900; }
  .graph .Pending rect, .graph .Suspended rect { fill: #f1f3f4; stroke: #9aa0a6; }
  .graph .critical rect, .graph path.critical { stroke: #1a73e8; stroke-width: 2.5; }
`;

/** A graph as a picture: SVG without scripts or links, which can stand by itself or in a page. */
export function printSvg(graph: Graph): string {
  const drawing = layOut(graph.nodes, widthOfNode);
  const foot = `${graph.title}: ${describeCritical(graph)}${graph.more === 0 ? '' : `; ${graph.more} more are not shown`}`;
  const width = Math.ceil(Math.max(drawing.width, widthOf(foot) * CHARACTER + 40));
  const height = Math.ceil(drawing.height + FOOT);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="graph" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeXml(graph.title)}</title>`,
    `<style>${STYLE}</style>`,
    ...drawRoutes(graph, drawing),
    ...drawNodes(graph, drawing),
    `<text x="20" y="${height - 12}">${escapeXml(foot)}</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function widthOfNode(node: GraphNode): number {
  return 20 + Math.max(widthOf(node.label) * CHARACTER, widthOf(captionOf(node)) * CHARACTER * 0.84);
}

/** What stands above the name of a node. */
function captionOf({ kind, state, seconds }: GraphNode): string {
  const time = seconds === undefined ? '' : formatSeconds(seconds);
  return [kind, state ?? '', time].filter((part) => part !== '').join(' · ');
}

function drawRoutes(graph: Graph, { routes }: Drawing): string[] {
  const next = new Map(graph.critical.map((id, i) => [id, graph.critical[i + 1]]));
  return routes.map((route) => {
    const isCritical = next.get(route.from) === route.to;
    return `<path${isCritical ? ' class="critical"' : ''} d="${curveOf(route)}"/>`;
  });
}

/** Curves from the right of each spot to the left of the next, and straight through points. */
function curveOf({ spots }: Route): string {
  const [first, ...others] = spots;
  if (first === undefined) return '';
  let at = { x: first.x + first.width, y: first.y };
  const parts = [`M${at.x.toFixed(1)} ${at.y.toFixed(1)}`];
  for (const spot of others) {
    const middle = (at.x + spot.x) / 2;
    const [x, y] = [spot.x.toFixed(1), spot.y.toFixed(1)];
    parts.push(`C${middle.toFixed(1)} ${at.y.toFixed(1)} ${middle.toFixed(1)} ${y} ${x} ${y}`);
    if (spot.node === undefined) parts.push(`H${(spot.x + spot.width).toFixed(1)}`);
    at = { x: spot.x + spot.width, y: spot.y };
  }
  return parts.join('');
}

function drawNodes(graph: Graph, { spots }: Drawing): string[] {
  const critical = new Set(graph.critical);
  return spots.flatMap((spot) =>
    spot.node === undefined ? [] : drawNode(spot, spot.node, critical.has(spot.node.id)),
  );
}

function drawNode({ x, y, width, height }: Spot, node: GraphNode, isCritical: boolean): string[] {
  const classes = [node.state ?? '', isCritical ? 'critical' : ''].filter((name) => name !== '').join(' ');
  const [left, top] = [x.toFixed(1), (y - height / 2).toFixed(1)];
  return [
    `<g${classes === '' ? '' : ` class="${classes}"`}>`,
    `<rect x="${left}" y="${top}" width="${width.toFixed(1)}" height="${height}" rx="6"/>`,
    `<text class="kind" x="${(x + 10).toFixed(1)}" y="${(y - 5).toFixed(1)}">${escapeXml(captionOf(node))}</text>`,
    `<text x="${(x + 10).toFixed(1)}" y="${(y + 12).toFixed(1)}">${escapeXml(node.label)}</text>`,
    '</g>',
  ];
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text for XML and HTML, between tags or in quotes. */
export function escapeXml(text: string): string {
  // Halves of characters are no text of XML.
  return text.toWellFormed().replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
