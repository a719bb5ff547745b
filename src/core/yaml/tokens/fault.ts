/** Why a document cannot be read. */
export interface Fault {
  /** `too-large` where a bound is passed, else `yaml`. */
  rule: 'yaml' | 'too-large';
  /** Says what is wrong and what to do; it never repeats a value. */
  message: string;
  /** The offset in the input, in UTF-16 units; undefined where no one place is to blame. */
  at: number | undefined;
}

/** Ends the reading of a document. `readDocuments` catches it, and goes on with the next document. */
export class ReadingEnd extends Error {
  readonly fault: Fault;

  constructor(message: string, at: number) {
    super(message);
    this.fault = { rule: 'yaml', message, at };
  }
}

/** Ends the reading of an input, because it has more marks than may be read. */
export class TooManyMarks extends Error {}

/** How many marks may still be read: the tokens of YAML or JSON, such as a text, a comma, or the colon behind a key. */
export class MarkBudget {
  #left: number;

  constructor(marks: number) {
    this.#left = marks;
  }

  /** Takes marks off. Throws {@link TooManyMarks} where there are not that many. */
  spend(marks: number): void {
    this.#left -= marks;
    if (this.#left < 0) throw new TooManyMarks();
  }
}
