/**
 * Keepers: processes of ours that own other processes and end them when their parent is gone, even when it was killed.
 * A `keep-*.ts` or `keeper.ts` is the keeper itself; its counterpart in the parent is the file beside it. Begin here.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The variables that a keeper needs. Any other one, e.g. `ETCD_*`, would only change what runs below it. */
const neededVariables = ['PATH', 'HOME', 'TMPDIR', 'LANG'];

/** Picks the named variables that are set. */
export function pickVariables(names: readonly string[]): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = process.env[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}

/**
 * Starts a keeper: a process of ours that owns processes which must not outlive this one. It is tied to this
 * process by its IPC channel alone and not by the terminal, so that Ctrl-C reaches this process only and the
 * keeper ends its own in good order; it does so too when this process is killed.
 * @param file the keeper's source file, in this folder
 * @param request what the keeper reads with {@link readKeeperRequest}; must be JSON
 */
export function forkKeeper(file: string, request: unknown): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), [JSON.stringify(request)], {
    detached: true,
    env: pickVariables(neededVariables),
    // Jest's own flags mean nothing to the keeper.
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

/** Lets this process end while its keeper still runs; the keeper ends what it owns then. */
export function releaseKeeper(keeper: ChildProcess): void {
  keeper.unref();
  keeper.channel?.unref();
  const stderr: unknown = keeper.stderr;
  if (typeof stderr === 'object' && stderr !== null && 'unref' in stderr)
    (stderr as { unref(): void }).unref();
}

/** In a keeper: the request that {@link forkKeeper} was given. */
export function readKeeperRequest(): unknown {
  return JSON.parse(process.argv[2] ?? 'null');
}

/** In a keeper: calls `end` once when the parent asks for it, is gone, or when the keeper itself is to end. */
export function whenToEnd(end: () => Promise<void>): void {
  let ending = false;
  const endOnce = (): void => {
    if (ending) return;
    ending = true;
    void end();
  };
  process.on('message', (message) => {
    if (message === 'stop') endOnce();
  });
  process.on('disconnect', endOnce);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, endOnce);
  // The parent reads standard error; once it is gone, a line for it must not end the keeper too early.
  process.stderr.on('error', () => undefined);
  if (!process.connected) endOnce();
}

/** In a keeper: sends the parent a message, if it is still there. Resolves when the message is on its way. */
export async function sendToParent(message: unknown): Promise<void> {
  if (!process.connected) return;
  await new Promise<void>((resolve) => {
    process.send?.(message, undefined, undefined, () => {
      resolve();
    });
  });
}

/** Resolves when the process has ended; at once when it already has. */
export async function waitForExit(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
}
