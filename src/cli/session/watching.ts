import { Frame } from '../../core/text/frame.ts';
import type { Layout } from '../../core/text/layout.ts';
import type { Terminal } from '../terminal/streams.ts';

/** What something that is watched is shown by. */
export interface WatchingTools {
  write: (text: string) => void;
  terminal: () => Terminal;
  layout: (terminal: Terminal) => Layout;
  /** The time of day, in milliseconds since the epoch. */
  now: () => number;
}

/** Shows something at a moment, in milliseconds since the epoch. */
export type Shown = (now: number, layout: Layout) => string;

/** Shows what is watched, on a terminal or a pipe. */
export class Watching {
  readonly #tools: WatchingTools;
  readonly #frame = new Frame();
  #shown: Shown = () => '';
  #printed: string | undefined;
  #note = WATCHED;

  constructor(tools: WatchingTools) {
    this.#tools = tools;
  }

  /** Takes what was read. */
  take(shown: Shown): void {
    this.#shown = shown;
    this.#note = WATCHED;
  }

  /** Notes that nothing could be read. */
  lose(): void {
    this.#note = 'the cluster does not answer for the moment';
  }

  /** Shows it. */
  show(elapsedMs: number): void {
    const terminal = this.#tools.terminal();
    const layout = this.#tools.layout(terminal);
    const text = this.#shown(this.#tools.now(), layout);
    if (terminal.isTerminal) {
      const { columns } = layout;
      this.#tools.write(
        this.#frame.draw(text, this.#note, elapsedMs, { ...layout, columns, rows: terminal.rows }),
      );
      return;
    }
    // At the begin of time all ages are the same.
    const ageless = this.#shown(0, layout);
    if (ageless !== this.#printed) this.#tools.write(text);
    this.#printed = ageless;
  }
}

const WATCHED = 'watched, ^C ends it';
