#!/usr/bin/env node
/**
 * The composition root: the only room that may import every other, reads flags and environment, and knows the libraries
 * for logs, metrics and serving HTTP. Begin here: `main.ts` runs the command line, whose commands are in `cli/program`;
 * `operator.ts` runs the operator, `host.ts` starts and stops its parts, and `assembly.ts` wires them together.
 */
import { once } from 'node:events';
import { CommanderError } from 'commander';
import type { CompletionTools } from '../cli/completion/tools.ts';
import { readBounded } from '../cli/input/read-bounded.ts';
import type { OperatorOptions } from '../cli/operator.ts';
import { createProgram } from '../cli/program/program.ts';
import { ExitError, type Streams, type Terminal } from '../cli/terminal/streams.ts';
import type { AgeKeys } from '../ports/age-keys.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { VERSION } from './version.ts';

const streams: Streams = {
  out: (output) => process.stdout.write(output),
  err: (output) => process.stderr.write(output),
  read: readBounded,
  terminals: () => ({ stdout: describeStream(process.stdout), stderr: describeStream(process.stderr) }),
  env: process.env,
};

/** What the commands on a cluster run with: a Kubernetes client is loaded only when one of them runs. */
const cluster: CompletionTools = {
  streams,
  now: () => systemClock.now(),
  connect: async (choice, signal) => {
    const { openCluster } = await import('./cluster-access.ts');
    return openCluster(choice, signal);
  },
  ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
  contexts: async (kubeconfig) => {
    const { listContexts } = await import('./cluster-config.ts');
    return listContexts(kubeconfig);
  },
};

/** Only some commands need keys. */
async function ageKeys(): Promise<AgeKeys> {
  return (await import('./age-keys.ts')).ageKeys;
}

/** Asks the person at the terminal. It leaves the terminal as it is, so that ^C is the signal that it always is. */
async function ask(question: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    const closed = once(lines, 'close').then(() => '');
    return await Promise.race([lines.question(question, { signal }), closed]);
  } finally {
    lines.close();
  }
}

function describeStream(stream: NodeJS.WriteStream): Terminal {
  // On a pipe the stream has none of these, whatever its type says.
  const { isTTY, columns } = stream as Partial<NodeJS.WriteStream>;
  return { isTerminal: isTTY === true, columns };
}

/** Loads the operator only when it runs, so that the other commands start without a Kubernetes client. */
async function runOperator(options: OperatorOptions): Promise<void> {
  const operator = await import('./operator.ts');
  await operator.runOperator(options);
}

/** Runs the program. Answers its exit code: 0 for success, 1 for a failure, 2 for wrong usage. */
async function main(argv: readonly string[]): Promise<number> {
  const program = createProgram({ streams, cluster, ageKeys, runOperator }, VERSION);
  try {
    await program.parseAsync(argv);
    return 0;
  } catch (error) {
    if (error instanceof ExitError) return error.exitCode;
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

// A reader that closes the pipe early (`| head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// By no await, for a program of one file is no module. What ends before it has an answer has failed.
process.exitCode = 1;
void main(process.argv).then((code) => (process.exitCode = code));
