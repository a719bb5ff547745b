/**
 * What a command has to do with the terminal and the process that it runs in. Begin with {@link Streams}.
 */

/** What is known of a stream that is written to. */
export interface Terminal {
  /** Whether it is a terminal, and no file or pipe. */
  isTerminal: boolean;
  /** Its width in characters; undefined where it has none. */
  columns: number | undefined;
  /** Its height in lines; undefined where it has none. */
  rows?: number | undefined;
}

/** What a command reads from and writes to. */
export interface Streams {
  /** Writes to standard output. */
  out: (text: string) => void;
  /** Writes to standard error. */
  err: (text: string) => void;
  /**
   * Reads the bytes of a file, or of standard input if the name is `-`, but hardly more than `most`. Rejects if it
   * cannot be read.
   */
  read: (file: string, most: number) => Promise<Uint8Array>;
  /** What standard output and standard error are at the moment. */
  terminals: () => { stdout: Terminal; stderr: Terminal };
  /** The environment variables. */
  env: Readonly<Partial<Record<string, string>>>;
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
