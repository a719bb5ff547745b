import { styleText } from 'node:util';
import { type Layout, type Look, PLAIN, type Paint } from '../../core/text/layout.ts';

/** What is known of a stream that is written to. */
export interface Terminal {
  /** Whether it is a terminal, and no file or pipe. */
  isTerminal: boolean;
  /** Its width in columns; undefined where it has none. */
  columns: number | undefined;
}

const STYLES = {
  good: 'green',
  warning: 'yellow',
  bad: 'red',
  faint: 'gray',
  strong: 'bold',
} as const satisfies Record<Look, unknown>;

/** Whether a stream gets colours has been decided before. */
const COLORED: Paint = (look, text) => styleText(STYLES[look], text, { validateStream: false });

/** How texts are laid out on a stream: in colours on a terminal, unless these are not wanted. */
export function layoutFor(
  { isTerminal, columns }: Terminal,
  color: boolean,
  env: Readonly<Partial<Record<string, string>>>,
): Layout {
  const { NO_COLOR = '', TERM } = env;
  const colored = color && isTerminal && NO_COLOR === '' && TERM !== 'dumb';
  // A terminal that does not know its width says 0.
  return { columns: isTerminal && columns !== 0 ? columns : undefined, paint: colored ? COLORED : PLAIN };
}
