import { Writable } from 'node:stream';

/**
 * Writes the lines of one turn of the event loop at once. A write to a pipe waits for the system, and often for the
 * reader, who wakes up: with one write for each line, at 400 applies a second, a sixth of the operator's time went
 * there. {@link flush} has to be called before the process ends.
 */
export class TurnOutput extends Writable {
  readonly #sink: { write: (text: string) => unknown };
  #text = '';

  /** @param sink where it is written */
  constructor(sink: { write: (text: string) => unknown }) {
    super({ decodeStrings: false });
    this.#sink = sink;
  }

  /** Takes text in; the stream calls it. */
  override _write(text: string, _encoding: string, taken: () => void): void {
    if (this.#text === '')
      setImmediate(() => {
        this.flush();
      });
    this.#text += text;
    taken();
  }

  /** Writes what has not been written. */
  flush(): void {
    if (this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    this.#sink.write(text);
  }
}
