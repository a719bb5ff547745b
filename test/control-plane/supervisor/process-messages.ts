/** A program that the keeper of processes is to run. */
export interface RunRequest {
  /** Names this run in the keeper's answers. */
  run: number;
  command: readonly string[];
  env: Record<string, string>;
  /** The file that everything it prints is added to. */
  log: string;
}

/** The messages of the keeper of processes. */
export type ProcessAnswer =
  | { type: 'ready'; folder: string }
  | { type: 'running'; run: number; pid: number }
  | { type: 'ended'; run: number; how: string };
