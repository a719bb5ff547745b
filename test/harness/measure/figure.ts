/** One measured figure, a row of the table. */
export interface Figure {
  /** What was measured, in the words of docs/benchmarks.md. */
  figure: string;
  /** What it has to reach, in words; undefined where there is no bound. */
  toReach?: string;
  /** What was measured, in words, with its unit. */
  got: string;
  /** Whether it is reached; undefined where there is no bound. */
  reached?: boolean;
  /** The numbers behind it, for the JSON file: each name says its unit. */
  numbers: Readonly<Record<string, number | readonly number[]>>;
}

/** A figure that must stay under a bound. */
export function under(
  figure: string,
  value: number,
  bound: number,
  unit: string,
  numbers: Figure['numbers'],
): Figure {
  return {
    figure,
    toReach: `under ${bound} ${unit}`,
    got: `${format(value)} ${unit}`,
    reached: value < bound,
    numbers,
  };
}

/** A figure that must be a number of things. */
export function exactly(
  figure: string,
  value: number,
  wanted: number,
  unit: string,
  numbers: Figure['numbers'],
): Figure {
  return {
    figure,
    toReach: `${wanted} ${unit}`,
    got: `${format(value)} ${unit}`,
    reached: value === wanted,
    numbers,
  };
}

/** A number with its significant digits. */
export function format(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return String(Math.round(value));
  return value.toPrecision(2);
}

/** The figures as a table: what, to reach, got, verdict. */
export function toTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ figure, toReach = '', got, reached }) => [
    figure,
    toReach,
    got,
    reached === undefined ? '' : reached ? 'reached' : 'NOT REACHED',
  ]);
  const all = [['FIGURE', 'TO REACH', 'GOT', ''], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}
