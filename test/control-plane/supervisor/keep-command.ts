/**
 * The process that owns one command, such as `go build` with all its compilers: it ends all of them and deletes
 * their work folder when its parent asks for it or is gone.
 */
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import type { CommandAnswer, CommandRequest } from './run-command.ts';
import { readKeeperRequest, sendToParent, whenToEnd } from './keepers.ts';

const request = readKeeperRequest() as CommandRequest;
const [file = '', ...args] = request.command;
const child = spawn(file, args, {
  cwd: request.cwd,
  env: request.env,
  // A process group of its own, so that all its children can be ended at once.
  detached: true,
  stdio: ['ignore', 'pipe', 'pipe'],
});

let stdout = '';
let complaint = '';
child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
child.stderr.setEncoding('utf8').on('data', (text: string) => {
  complaint = (complaint + text).slice(-4000);
  const line = text.trimEnd().split('\n').at(-1);
  if (line !== undefined) void sendToParent({ type: 'line', line } satisfies CommandAnswer);
});

function killGroup(): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // All of the group is gone.
  }
}

const closed = new Promise<CommandAnswer>((resolve) => {
  child.once('error', (error: NodeJS.ErrnoException) => {
    const message = error.code === 'ENOENT' ? `${file} is not on the PATH` : error.message;
    resolve({ type: 'failed', message });
  });
  child.once('close', (code, signal) => {
    if (code === 0) resolve({ type: 'done', stdout });
    else
      resolve({ type: 'failed', message: `${signal ?? `exit code ${code ?? 0}`}\n${complaint}`.trimEnd() });
  });
});

/** Ends the command. The work folder goes with it, unless the command succeeded and the parent wants the result. */
async function end(): Promise<never> {
  killGroup();
  await closed;
  await rm(request.workFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  process.exit(1);
}

whenToEnd(end);
await sendToParent(await closed);
// The parent takes the result out of the work folder and then says stop, or is gone: end() follows either way.
