/** What the keeper of processes is asked to run. */
export interface RunRequest {
  /** Names this run in the keeper's answers. */
  run: number;
  command: readonly string[];
  env: Record<string, string>;
  /** The file that everything it prints is added to. */
  log: string;
}

/** What the keeper of processes tells. */
export type ProcessAnswer =
  | { type: 'ready'; folder: string }
  | { type: 'running'; run: number; pid: number }
  | { type: 'ended'; run: number; how: string };
