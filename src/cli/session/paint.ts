import { styleText } from 'node:util';
import { type Layout, type Look, PLAIN, type Paint } from '../../core/text/layout.ts';
import { wantsColor } from '../terminal/paint.ts';
import type { Streams, Terminal } from '../terminal/streams.ts';

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
export function layoutFor(terminal: Terminal, color: boolean, env: Streams['env']): Layout {
  const { isTerminal, columns } = terminal;
  const colored = color && wantsColor(terminal, env);
  // A terminal that does not know its width says 0.
  return { columns: isTerminal && columns !== 0 ? columns : undefined, paint: colored ? COLORED : PLAIN };
}
