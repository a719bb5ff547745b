/** What a command reads from and writes to. */
export interface Streams {
  /** Writes to standard output. */
  out: (text: string) => void;
  /** Writes to standard error. */
  err: (text: string) => void;
  /** Reads the bytes of a file, or of standard input if the name is `-`. Rejects if it cannot be read. */
  read: (file: string) => Promise<Uint8Array>;
}

/** Ends the program with an exit code. The command that throws it has already printed why. */
export class ExitError extends Error {
  override readonly name = 'ExitError';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}
