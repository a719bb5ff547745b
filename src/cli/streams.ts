/** What a command reads and writes; a test gives its own. */
export interface Streams {
  out: (text: string) => void;
  err: (text: string) => void;
  /** Reads a file, or standard input where the name is `-`. Rejects when it cannot be read. */
  read: (file: string) => Promise<string>;
}

/** Ends a command with an exit code after it has said all that it has to say. */
export class ExitError extends Error {
  override readonly name = 'ExitError';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}
