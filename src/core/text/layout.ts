/**
 * Text for people who look at a terminal: tables (`table.ts`), folded lines (`width.ts`), ages, a line of progress.
 * Everything is pure, from data to text, and knows nothing of blueprints. Widths are in columns of a terminal, not in
 * characters. Begin here, then read `table.ts`.
 */

/** How a part of a text looks. */
export type Look = 'good' | 'warning' | 'bad' | 'faint' | 'strong';

/** Gives a text the colours of a look, or answers it as it is where there are no colours. */
export type Paint = (look: Look, text: string) => string;

/** How a text is laid out. */
export interface Layout {
  /** The width to fit in, in columns; undefined where nobody looks at a terminal, so that nothing is folded. */
  columns: number | undefined;
  paint: Paint;
}

/** Paints nothing. */
export const PLAIN: Paint = (_, text) => text;
