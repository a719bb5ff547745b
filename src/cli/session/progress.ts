import type { Layout } from '../../core/text/layout.ts';
import { printProgress } from '../../core/text/lines.ts';

/** How long a command is silent before it says what it waits for, in milliseconds, unless it says so itself. */
const SILENT_MS = 2_000;

/** When a command began, in milliseconds of the monotonic clock, and for how long it is silent, in milliseconds. */
export interface Begin {
  started: number;
  silentMs?: number;
}

/** How often the time that has passed is shown anew on a terminal, in milliseconds. */
const TICK_MS = 1_000;

/** Clears the line that the cursor is in, on a terminal. */
const CLEAR = '\r\u001b[K';

/**
 * Shows what a command waits for and for how long, once it takes longer than it is to be silent: on a terminal in one
 * line that is written over, else in a line for each change.
 */
export class Progress {
  readonly #write: (text: string) => void;
  readonly #layout: Layout;
  readonly #isTerminal: boolean;
  readonly #begin: Begin;
  readonly #timer: NodeJS.Timeout;
  #text = '';
  #shown: string | undefined;

  constructor(write: (text: string) => void, layout: Layout, isTerminal: boolean, begin: Begin) {
    this.#write = write;
    this.#begin = begin;
    this.#layout = layout;
    this.#isTerminal = isTerminal;
    this.#timer = setInterval(() => {
      this.#show();
    }, TICK_MS);
  }

  /** For how long the command runs, in milliseconds. */
  get elapsedMs(): number {
    return performance.now() - this.#begin.started;
  }

  /** Says what is waited for from now on. */
  set(text: string): void {
    this.#text = text;
    this.#show();
  }

  /** Takes the line away, so that something else can be printed. */
  clear(): void {
    if (this.#isTerminal && this.#shown !== undefined) this.#write(CLEAR);
    if (this.#isTerminal) this.#shown = undefined;
  }

  /** Says nothing until it is set again. */
  pause(): void {
    this.clear();
    this.#text = '';
  }

  /** Ends it. */
  stop(): void {
    clearInterval(this.#timer);
    this.clear();
  }

  #show(): void {
    if (this.#text === '' || this.elapsedMs < (this.#begin.silentMs ?? SILENT_MS)) return;
    if (!this.#isTerminal && this.#text === this.#shown) return;
    const line = printProgress(this.#text, this.elapsedMs, this.#layout);
    this.#write(this.#isTerminal ? `${CLEAR}${line}` : `${line}\n`);
    this.#shown = this.#text;
  }
}
