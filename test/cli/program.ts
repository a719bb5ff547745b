import { type ChildProcess, spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { KubeObject } from '../../src/api/object.ts';
import { makeFolder } from '../harness/files.ts';
import { bundleForTest } from '../harness/operator/bundle.ts';

/** How a run of the program ended. */
export interface Run {
  code: number | null;
  stdout: string;
  /** Without progress, which depends on how long it took. */
  stderr: string;
  /** The lines of progress: `◎ 2s: what is waited for`. */
  progress: string[];
}

const PROGRESS = /^◎ (?:\d+[dhms])+: .*\n/gm;

/** The objects of a `List` that a run printed. */
export function itemsOf(stdout: string): KubeObject[] {
  return (JSON.parse(stdout) as { items: KubeObject[] }).items;
}

/** The bundled program, to be run by tests as from a shell, and a folder for its input. */
export class Program {
  readonly file: string;
  readonly folder: string;
  readonly #remove: () => Promise<void>;
  readonly #children: ChildProcess[] = [];

  private constructor(file: string, folder: string, remove: () => Promise<void>) {
    this.file = file;
    this.folder = folder;
    this.#remove = remove;
  }

  /** Bundles it. */
  static async bundle(): Promise<Program> {
    const { file, remove } = await bundleForTest();
    return new Program(file, await makeFolder('program'), remove);
  }

  /** Writes an input file. Answers its path. */
  async write(name: string, content: string | Buffer): Promise<string> {
    const file = join(this.folder, name);
    await writeFile(file, content);
    return file;
  }

  /** Starts it, with `env` as its whole environment. */
  start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
    const child = spawn(process.execPath, [this.file, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#children.push(child);
    return child;
  }

  /** Runs it until it ends, with `input` on standard input. */
  async run(args: readonly string[], input = '', env: Record<string, string> = {}): Promise<Run> {
    const child = this.start(args, env);
    const { stdin, stdout, stderr } = child;
    if (stdin === null || stdout === null || stderr === null) throw new Error('the streams are piped');
    // A program that does not read its whole input does not fail the test.
    stdin.on('error', () => undefined);
    stdin.end(input);
    const code = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [out, err] = await Promise.all([text(stdout), text(stderr)]);
    return {
      code: await code,
      stdout: out,
      stderr: err.replace(PROGRESS, ''),
      progress: err.match(PROGRESS) ?? [],
    };
  }

  /** Deletes the bundle and the folder, and ends processes that a failed test has left running. */
  async remove(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await rm(this.folder, { recursive: true });
    await this.#remove();
  }
}
