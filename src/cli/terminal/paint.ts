import { styleText } from 'node:util';
import type { Layout, Look } from '../../core/report/text.ts';
import type { Streams, Terminal } from './streams.ts';

const STYLES = {
  error: ['bold', 'red'],
  warning: ['bold', 'yellow'],
  info: ['bold', 'blue'],
  place: 'bold',
  rule: 'gray',
  good: ['bold', 'green'],
} as const satisfies Record<Look, unknown>;

/** Gives texts their colours, or answers them as they are. */
export function createPaint(withColor: boolean): Layout['paint'] {
  if (!withColor) return (_, text) => text;
  return (look, text) => {
    const style = STYLES[look];
    // Whether the stream takes colours has been decided already.
    return styleText(typeof style === 'string' ? style : [...style], text, { validateStream: false });
  };
}

/** Whether colours are wanted on a stream: on a terminal that has them, unless `NO_COLOR` is set to anything. */
export function wantsColor({ isTerminal }: Terminal, env: Streams['env']): boolean {
  const { NO_COLOR = '', TERM } = env;
  return isTerminal && NO_COLOR === '' && TERM !== 'dumb';
}
