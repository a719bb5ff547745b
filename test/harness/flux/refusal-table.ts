import { readFileSync } from 'node:fs';

const PAGE = new URL('../../../docs/flux-refusals.md', import.meta.url);

/** A row of the table of `docs/flux-refusals.md`. */
export interface RefusalRow {
  /** Its first two cells: `Kind: what`. */
  title: string;
  /** The reason that Flux gives, and perhaps more words. */
  flux: string;
  /** What a blueprint is told. */
  told: string;
  /** The rules that `told` names. */
  rules: readonly string[];
}

/** The rows of the table, in order. */
export function readRefusals(): RefusalRow[] {
  const lines = readFileSync(PAGE, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '));
  return lines.slice(2).map((line) => {
    const [kind = '', what = '', flux = '', told = ''] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    const rules = [...told.matchAll(/`([^`]+)`/g)].map(([, rule = '']) => rule);
    return { title: `${kind}: ${what}`, flux, told, rules };
  });
}
