import { forkKeeper, waitForExit } from './keepers.ts';

/** The request to the keeper of a command. */
export interface CommandRequest {
  command: readonly string[];
  cwd: string;
  env: Record<string, string>;
  /** Belongs to the command; deleted when it is over. */
  workFolder: string;
}

/** The messages of the keeper of a command. */
export type CommandAnswer =
  { type: 'line'; line: string } | { type: 'done'; stdout: string } | { type: 'failed'; message: string };

/**
 * Runs a command, and `takeResult` with its standard output when it succeeded, and deletes the work folder then.
 * The command and every process below it end with this process, also when this one is killed.
 * Rejects with the end of the command's standard error when it fails.
 * @param onLine is given the newest line of standard error
 */
export async function runCommand<T>(
  request: CommandRequest,
  onLine: (line: string) => void,
  takeResult: (stdout: string) => Promise<T>,
): Promise<T> {
  const keeper = forkKeeper('keep-command.ts', request);
  try {
    const stdout = await new Promise<string>((resolve, reject) => {
      keeper.once('error', reject);
      keeper.once('exit', () => {
        reject(new Error('the process that runs it ended early'));
      });
      keeper.on('message', (message) => {
        const answer = message as CommandAnswer;
        if (answer.type === 'line') onLine(answer.line);
        else if (answer.type === 'done') resolve(answer.stdout);
        else reject(new Error(answer.message));
      });
    });
    return await takeResult(stdout);
  } finally {
    if (keeper.connected) keeper.send('stop', () => undefined);
    await waitForExit(keeper);
  }
}
