/**
 * The process that owns other programs, such as Flux's controllers: it starts them on request, and ends all of them
 * and deletes their folder when its parent asks for it or is gone.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendToParent, whenToEnd } from './keepers.ts';
import type { ProcessAnswer, RunRequest } from './process-messages.ts';

/** How long the programs get to end by themselves, in milliseconds. What they hold is thrown away. */
const graceMs = 3000;

const folder = await mkdtemp(join(tmpdir(), 'fluxblueprint-'));
const running = new Set<ChildProcess>();

function tell(answer: ProcessAnswer): Promise<void> {
  return sendToParent(answer);
}

function run({ run: id, command, env, log }: RunRequest): void {
  const [file = '', ...args] = command;
  const output = openSync(log, 'a');
  const child = spawn(file, args, { cwd: folder, env, stdio: ['ignore', output, output] });
  closeSync(output);
  child.once('error', ({ message }) => void tell({ type: 'ended', run: id, how: message }));
  if (child.pid === undefined) return;
  running.add(child);
  child.once('exit', (code, signal) => {
    running.delete(child);
    void tell({ type: 'ended', run: id, how: signal ?? `exit code ${code ?? 0}` });
  });
  void tell({ type: 'running', run: id, pid: child.pid });
}

async function end(): Promise<never> {
  const ended = [...running].map((child) => once(child, 'exit'));
  for (const child of running) child.kill('SIGTERM');
  const timer = setTimeout(() => {
    for (const child of running) child.kill('SIGKILL');
  }, graceMs);
  await Promise.all(ended);
  clearTimeout(timer);
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}

whenToEnd(end);
process.on('message', (message) => {
  if (typeof message === 'object' && message !== null) run(message as RunRequest);
});
await tell({ type: 'ready', folder });
