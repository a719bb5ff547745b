import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Files, writeFiles } from '../../files.ts';

const execute = promisify(execFile);

/** The environment of git: nothing of this machine's configuration but the PATH, and an author of our own. */
export function gitEnvironment(): Record<string, string> {
  const person = { NAME: 'e2e', EMAIL: 'e2e@fluxblueprint.test' };
  return {
    PATH: process.env['PATH'] ?? '',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    ...Object.fromEntries(
      Object.entries(person).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value],
      ]),
    ),
  };
}

/** A Git repository that Flux can fetch, and what a person does with it. */
export class GitRepository {
  /** Where Flux fetches it. */
  readonly url: string;
  readonly #gitFolder: string;
  readonly #tree: string;

  private constructor(url: string, gitFolder: string, tree: string) {
    this.url = url;
    this.#gitFolder = gitFolder;
    this.#tree = tree;
  }

  /** Makes an empty one, with the branch `main`. */
  static async create(url: string, gitFolder: string, tree: string): Promise<GitRepository> {
    const args = ['init', '--quiet', '--initial-branch=main', `--separate-git-dir=${gitFolder}`, tree];
    await execute('git', args, { env: gitEnvironment() });
    return new GitRepository(url, gitFolder, tree);
  }

  /** Writes files and commits; all other files stay. Answers the revision in Flux's form. */
  async commit(files: Files, message = 'Change'): Promise<string> {
    await writeFiles(this.#tree, files);
    return this.#commit(message);
  }

  /** Removes files and folders and commits. Answers the revision in Flux's form. */
  async remove(...paths: string[]): Promise<string> {
    for (const path of paths) await rm(join(this.#tree, path), { recursive: true });
    return this.#commit(`Remove ${paths.join(', ')}`);
  }

  /** Names the last commit by a tag. */
  async tag(name: string): Promise<void> {
    await this.#git('tag', name);
  }

  /** Checks a branch out; a new one begins at the last commit. */
  async branch(name: string): Promise<void> {
    const known = await this.#git('branch', '--list', name);
    await this.#git('checkout', '--quiet', ...(known === '' ? ['-b'] : []), name);
  }

  async #commit(message: string): Promise<string> {
    await this.#git('add', '--all');
    await this.#git('commit', '--quiet', '--allow-empty', `--message=${message}`);
    const [branch, sha] = [await this.#git('branch', '--show-current'), await this.#git('rev-parse', 'HEAD')];
    return `${branch}@sha1:${sha}`;
  }

  async #git(...args: string[]): Promise<string> {
    const where = [`--git-dir=${this.#gitFolder}`, `--work-tree=${this.#tree}`];
    const { stdout } = await execute('git', [...where, ...args], { env: gitEnvironment() });
    return stdout.trim();
  }
}
