import type { Dirent } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import {
  MAX_ENTRIES,
  MAX_FILES,
  MAX_FOLDER_DEPTH,
  isEntered,
  isReadable,
} from '../../core/input/choose-files.ts';
import { compare } from '../../core/values/path.ts';
import { type Failure, explainError } from './failure.ts';

/** The files of a folder that may hold blueprints, in order, and what could not be looked at. */
export interface FolderFiles {
  files: readonly string[];
  failures: readonly Failure[];
}

/**
 * Finds the files of a folder and of all folders below it. Hidden ones are passed over. Links are followed within the
 * folder only, and nothing is found twice.
 */
export async function walkFolder(folder: string): Promise<FolderFiles> {
  const walk = new FolderWalk(await realpath(folder));
  await walk.enter(folder, walk.root, 0);
  return walk;
}

/** An entry of a folder: under the name that the user gave, and where it really is. */
interface Entry {
  name: string;
  path: string;
  real: string;
  isFolder: boolean;
}

class FolderWalk implements FolderFiles {
  readonly files: string[] = [];
  readonly failures: Failure[] = [];
  readonly root: string;
  /** The real paths of files and folders that were found. */
  readonly #seen = new Set<string>();
  #entries = 0;

  constructor(root: string) {
    this.root = root;
  }

  async enter(folder: string, real: string, depth: number): Promise<void> {
    if (this.#seen.has(real) || this.#isFull(folder)) return;
    this.#seen.add(real);
    if (depth > MAX_FOLDER_DEPTH) {
      this.#fail(folder, `it is nested deeper than ${MAX_FOLDER_DEPTH} folders`);
      return;
    }
    for (const entry of await this.#list(folder, real)) {
      if (entry.isFolder) await this.enter(entry.path, entry.real, depth + 1);
      else this.#take(entry);
    }
  }

  #take({ path, real }: Entry): void {
    if (this.#seen.has(real) || this.#isFull(path)) return;
    this.#seen.add(real);
    this.files.push(path);
  }

  #isFull(path: string): boolean {
    if (this.#entries <= MAX_ENTRIES && this.files.length < MAX_FILES) return false;
    const last = this.failures.at(-1);
    const why = `there are more than ${MAX_FILES} files of YAML or JSON up to here, or ${MAX_ENTRIES} of any: name a smaller folder`;
    if (last?.why !== why) this.#fail(path, why);
    return true;
  }

  #fail(input: string, why: string): void {
    this.failures.push({ input, why });
  }

  async #list(folder: string, real: string): Promise<Entry[]> {
    const entries: Entry[] = [];
    try {
      for await (const entry of await opendir(folder)) {
        this.#entries += 1;
        if (this.#entries > MAX_ENTRIES) break;
        const found = await this.#look(entry, folder, real);
        if (found !== undefined) entries.push(found);
      }
    } catch (error) {
      this.#fail(folder, explainError(error));
    }
    return entries.sort((a, b) => compare(a.name, b.name));
  }

  /** What an entry is; undefined if it is passed over. */
  async #look(entry: Dirent, folder: string, realFolder: string): Promise<Entry | undefined> {
    const { name } = entry;
    if (!isEntered(name) && !isReadable(name)) return undefined;
    const path = join(folder, name);
    if (entry.isSymbolicLink()) return this.#follow(name, path);
    if (!(entry.isDirectory() ? isEntered(name) : entry.isFile() && isReadable(name))) return undefined;
    return { name, path, real: join(realFolder, name), isFolder: entry.isDirectory() };
  }

  /** What a link leads to, within the folder; undefined for others, and those that lead nowhere. */
  async #follow(name: string, path: string): Promise<Entry | undefined> {
    const real = await realpath(path).catch(() => undefined);
    const root = this.root.endsWith(sep) ? this.root : `${this.root}${sep}`;
    if (real === undefined || !real.startsWith(root)) return undefined;
    const status = await stat(real);
    const isFolder = status.isDirectory();
    const isWanted = isFolder ? isEntered(name) : status.isFile() && isReadable(name);
    return isWanted ? { name, path, real, isFolder } : undefined;
  }
}
