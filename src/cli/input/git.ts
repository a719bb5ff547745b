import { execFile } from 'node:child_process';
import { MAX_STREAM_BYTES } from '../../core/input/blueprint-reader.ts';
import { MAX_FILES, type TreeFile, chooseTreeFiles } from '../../core/input/choose-files.ts';
import { objectName } from '../../core/input/input-argument.ts';
import type { Streams } from '../terminal/streams.ts';
import { MissingError } from './failure.ts';

/** For how long one call of git may run, in milliseconds: a partial clone may have to fetch. */
const TIMEOUT_MS = 60_000;

/** The most bytes that are read from git at a time. */
const BATCH_BYTES = 2 * MAX_STREAM_BYTES;

/** A file of a revision. Its path is empty if it is what was asked for itself. */
export interface GitFile {
  path: string;
  bytes: Uint8Array;
}

/** Says why git cannot answer. */
export class GitError extends Error {}

/** Makes the error that stands for an answer which git did not give. */
type Explain = () => Error;

/** Reads files of a revision with the program `git`, in the repository of the current folder. */
export class Git {
  readonly #env: Streams['env'];

  constructor(env: Streams['env']) {
    this.#env = env;
  }

  /**
   * Reads a file of a revision or, if the path leads to a folder, all its files that may hold blueprints. Throws
   * {@link GitError}.
   */
  async *read(revision: string, path: string): AsyncGenerator<GitFile> {
    const commit = await this.#ask(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`], () => {
      return new GitError(`git knows no commit ${JSON.stringify(revision)}`);
    });
    const name = objectName(commit, path);
    const object = await this.#ask(['rev-parse', '--verify', '--quiet', name], () => {
      return new MissingError(
        `${revision} has no path ${JSON.stringify(path)}: paths begin at the root of the repository, or with ./ here`,
      );
    });
    const type = await this.#ask(['cat-file', '-t', object]);
    if (type === 'tree') yield* this.#readTree(object);
    else if (type === 'blob') yield* this.#readFiles([await this.#sizeOf(object)]);
    else throw new GitError(`it is a ${type}, which is neither a file nor a folder`);
  }

  async #sizeOf(id: string): Promise<TreeFile> {
    return { path: '', id, bytes: Number(await this.#ask(['cat-file', '-s', id])) };
  }

  async *#readTree(tree: string): AsyncGenerator<GitFile> {
    const listing = await this.#run(['ls-tree', '-r', '-z', '-l', '--full-tree', tree]);
    const files = chooseTreeFiles(listing.toString());
    if (files.length > MAX_FILES)
      throw new GitError(`there are more than ${MAX_FILES} files of YAML or JSON: name a smaller folder`);
    yield* this.#readFiles(files);
  }

  /** Reads files in batches, each by one process. */
  async *#readFiles(files: readonly TreeFile[]): AsyncGenerator<GitFile> {
    let batch: TreeFile[] = [];
    let bytes = 0;
    for (const file of files) {
      if (file.bytes > MAX_STREAM_BYTES)
        throw new GitError(
          `${file.path} has ${file.bytes} bytes, and the most that is read is ${MAX_STREAM_BYTES}`,
        );
      if (bytes + file.bytes > MAX_STREAM_BYTES) {
        yield* this.#readBatch(batch);
        [batch, bytes] = [[], 0];
      }
      batch.push(file);
      bytes += file.bytes;
    }
    yield* this.#readBatch(batch);
  }

  async *#readBatch(files: readonly TreeFile[]): AsyncGenerator<GitFile> {
    if (files.length === 0) return;
    const ids = files.map(({ id }) => `${id}\n`).join('');
    const output = await this.#run(['cat-file', '--batch'], ids);
    let at = 0;
    for (const { path, id, bytes } of files) {
      const start = output.indexOf('\n', at) + 1;
      if (output.toString('latin1', at, start) !== `${id} blob ${bytes}\n`)
        throw new GitError(`git cannot read ${path === '' ? 'it' : path}: try git fsck`);
      yield { path, bytes: output.subarray(start, start + bytes) };
      at = start + bytes + 1;
    }
  }

  /** The line that git prints. `explain` says what it means if git refuses without a word. */
  async #ask(args: readonly string[], explain?: Explain): Promise<string> {
    const output = await this.#run(args, undefined, explain);
    return output.toString().trim();
  }

  #run(args: readonly string[], input?: string, explain?: Explain): Promise<Buffer> {
    const env = { ...this.#env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' };
    const options = { encoding: 'buffer', env, maxBuffer: BATCH_BYTES, timeout: TIMEOUT_MS } as const;
    return new Promise((resolve, reject) => {
      const child = execFile('git', args, options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(explainFailure(error, stderr.toString().trim(), explain));
      });
      // If git ends before it has read all, its own message is the one that counts.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input ?? '');
    });
  }
}

function explainFailure(
  error: Error & { code?: string | number | null; killed?: boolean },
  said: string,
  explain: Explain | undefined,
): Error {
  if (error.code === 'ENOENT')
    return new GitError('the program git is not in the PATH: install it, or name a file');
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return new GitError('there is too much of it: name a smaller folder');
  if (error.killed === true) return new GitError(`git has not answered for ${TIMEOUT_MS / 1000} seconds`);
  const [line = ''] = said.split('\n');
  if (line === '') return explain?.() ?? new GitError(`git has failed: ${error.message}`);
  return new GitError(line.replace(/^(?:fatal|error): /, 'git says: '));
}
