import type { Command } from 'commander';
import { createProgram } from '../../src/cli/program/program.ts';

/** The program to be described: nothing of it can run. */
export function describedProgram(): Command {
  const streams = { out: never, err: never, read: never, terminals: never, env: {} };
  const cluster = { streams, now: never, connect: never, contexts: never };
  const tools = { streams, cluster, ageKeys: never, runOperator: never };
  return createProgram(tools, '');
}

function never(): never {
  throw new Error('nothing of this program runs');
}
