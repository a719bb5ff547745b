import { format } from '../../harness/measure/figure.ts';
import { MEASURES, type Measure, type ScaleRow } from './scale-rows.ts';

/** The size of one chart and of its margins, in pixels. */
const CHART = { width: 340, height: 210, left: 56, right: 20, top: 34, bottom: 34 } as const;
const COLUMNS = 2;
const DRAWN = 4;

/**
 * Draws what grows as charts: a line through one operator's figures, a dashed one for what would be in proportion to
 * the blueprints, and a ring for the shards.
 */
export function drawScale(rows: readonly ScaleRow[]): string {
  const measures = MEASURES.slice(0, DRAWN);
  const [width, height] = [CHART.width * COLUMNS, CHART.height * Math.ceil(DRAWN / COLUMNS)];
  const charts = measures.map((measure, i) => {
    const [x, y] = [(i % COLUMNS) * CHART.width, Math.floor(i / COLUMNS) * CHART.height];
    return `<g transform="translate(${x} ${y})">\n${drawChart(measure, rows)}\n</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...charts,
    '</svg>',
    '',
  ].join('\n');
}

function drawChart({ name, unit, of }: Measure, rows: readonly ScaleRow[]): string {
  const alone = rows.filter(({ operators }) => operators === 1);
  const shards = rows.filter(({ operators }) => operators > 1);
  const most = {
    x: Math.max(...rows.map(({ blueprints }) => blueprints)),
    y: Math.max(...rows.map(of)) * 1.15,
  };
  const place = placeIn(most);
  const point = (row: ScaleRow): readonly [number, number] => place(row.blueprints, of(row));
  const before = alone.at(-2) ?? alone[0];
  const slope = before === undefined ? 0 : of(before) / before.blueprints;
  const farthest = Math.min(most.x, slope === 0 ? 0 : most.y / slope);
  const axis = 'stroke="#888888" stroke-width="1"';
  const [left, bottom] = place(0, 0);
  return [
    `<text x="${left}" y="18" font-weight="bold">${name}${unit === '' ? '' : `, ${unit}`}</text>`,
    `<path d="M${left} ${CHART.top} V${bottom} H${CHART.width - CHART.right}" fill="none" ${axis}/>`,
    drawLine([place(0, 0), place(farthest, slope * farthest)], 'stroke="#aaaaaa" stroke-dasharray="4 4"'),
    drawLine(alone.map(point), 'stroke="#326ce5" stroke-width="2"'),
    ...alone.map((row) => drawPoint(point(row), format(of(row)), 'fill="#326ce5"')),
    ...shards.map((row) => drawPoint(point(row), format(of(row)), 'fill="#ffffff" stroke="#d9480f"')),
    ...alone.map(({ blueprints }) => {
      const [x] = place(blueprints, 0);
      return `<text x="${x}" y="${bottom + 15}" text-anchor="middle" fill="#555555">${blueprints}</text>`;
    }),
  ].join('\n');
}

/** From a number of blueprints and a figure to pixels. */
function placeIn(most: { x: number; y: number }): (x: number, y: number) => readonly [number, number] {
  const [width, height] = [CHART.width - CHART.left - CHART.right, CHART.height - CHART.top - CHART.bottom];
  const share = (value: number, of: number): number => (of === 0 ? 0 : value / of);
  return (x, y) => [
    Math.round(CHART.left + share(x, most.x) * width),
    Math.round(CHART.top + (1 - share(y, most.y)) * height),
  ];
}

function drawLine(points: readonly (readonly [number, number])[], style: string): string {
  return `<polyline points="${points.map((at) => at.join(',')).join(' ')}" fill="none" ${style}/>`;
}

function drawPoint([x, y]: readonly [number, number], label: string, style: string): string {
  return `<circle cx="${x}" cy="${y}" r="4" ${style}/><text x="${x}" y="${y - 8}" text-anchor="middle">${label}</text>`;
}
