import { format } from '../../harness/measure/figure.ts';

/** What the benchmark `growth` found for one number of blueprints, as its JSON has it. */
export interface ScaleRow {
  blueprints: number;
  /** How many operators share them; memory and cold start are those of the largest. */
  operators: number;
  memoryMb: number;
  peakMb: number;
  coldStartMs: number;
  requests: number;
  receivedMb: number;
  idleWrites: number;
  /** Of one processor. */
  idleShare: number;
  p50Ms: number;
  p99Ms: number;
}

/** One thing that grows with the number of blueprints, or does not. */
export interface Measure {
  name: string;
  unit: string;
  of: (row: ScaleRow) => number;
}

/** What the page shows, in its order; the first four are drawn. */
export const MEASURES: readonly Measure[] = [
  { name: 'memory, resident', unit: 'MB', of: ({ memoryMb }) => memoryMb },
  { name: 'cold start', unit: 's', of: ({ coldStartMs }) => coldStartMs / 1000 },
  { name: 'a change, p99', unit: 'ms', of: ({ p99Ms }) => p99Ms },
  { name: 'received at a cold start', unit: 'MB', of: ({ receivedMb }) => receivedMb },
  { name: 'memory, at most', unit: 'MB', of: ({ peakMb }) => peakMb },
  { name: 'requests of a cold start', unit: '', of: ({ requests }) => requests },
  { name: 'a change, p50', unit: 'ms', of: ({ p50Ms }) => p50Ms },
  { name: 'processor when idle', unit: '% of a core', of: ({ idleShare }) => idleShare * 100 },
  { name: 'writes when idle', unit: '', of: ({ idleWrites }) => idleWrites },
];

/** Reads the rows from the JSON that `make bench` writes. Throws where it has none. */
export function readRows(bench: unknown): ScaleRow[] {
  const { figures } = bench as { figures: { numbers: Partial<ScaleRow> }[] };
  const rows = figures.map(({ numbers }) => numbers).filter(({ blueprints }) => blueprints !== undefined);
  if (rows.length === 0) throw new Error('there is no growth in it: run make bench with --only growth');
  return rows as ScaleRow[];
}

/** The rows as a table of Markdown: a column for each number of blueprints. */
export function toMarkdown(rows: readonly ScaleRow[]): string {
  const heads = rows.map(({ blueprints, operators }) =>
    operators === 1 ? `${blueprints} blueprints` : `${blueprints} on ${operators} shards`,
  );
  const lines = MEASURES.map(({ name, unit, of }) => [
    name,
    ...rows.map((row) => `${format(of(row))} ${unit}`.trim()),
  ]);
  const table = [['', ...heads], ['---', ...rows.map(() => '---')], ...lines];
  return table.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
