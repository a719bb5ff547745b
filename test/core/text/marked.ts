import type { Layout, Paint } from '../../../src/core/text/layout.ts';
import { PLAIN } from '../../../src/core/text/layout.ts';

/** Writes looks so that tests can read them: `<good:True>`. */
export const MARKED: Paint = (look, text) => `<${look}:${text}>`;

/** How a text is laid out in so many columns, without colours. */
export function plain(columns?: number): Layout {
  return { columns, paint: PLAIN };
}

/** The same, with looks to read. */
export function marked(columns?: number): Layout {
  return { columns, paint: MARKED };
}
