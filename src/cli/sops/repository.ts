import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { type CreationRule, readCreationRules, ruleFor } from '../../core/sops/creation-rules.ts';
import { type FileState, readState } from '../../core/sops/judge-file.ts';
import { CommandError } from '../session/explain-failure.ts';
import { explainError } from '../input/failure.ts';
import { walkFolder } from '../input/walk-folder.ts';

/** The name of the file with the rules. */
export const RULES_FILE = '.sops.yaml';

/** The largest file that is read, in bytes. A Secret has at most a megabyte. */
const MAX_BYTES = 4 * 1024 * 1024;

/** A file of YAML or JSON, and the rules for it. */
export interface RepositoryFile {
  /** As the user named it, or below what the user named. */
  path: string;
  state: FileState;
  /** The file with the rules; undefined where there is none in its folder, or above. */
  rulesFile: string | undefined;
  /** The rule for the file; undefined where none is for it. */
  rule: CreationRule | undefined;
}

/** Reads the files of a repository with the rules that are for them. */
export class Repository {
  /** By folder: the file with the rules that is nearest above, and its rules. */
  readonly #rules = new Map<string, { file: string; rules: readonly CreationRule[] } | undefined>();

  /** Whether a folder is named, so that only some of its files are meant. */
  static async isFolder(path: string): Promise<boolean> {
    try {
      return (await stat(path)).isDirectory();
    } catch (error) {
      throw new CommandError(`${path} cannot be read: ${explainError(error)}`);
    }
  }

  /** The file, or the files of the folder and all below it that are YAML or JSON and can be read. */
  async *read(path: string): AsyncGenerator<RepositoryFile> {
    const isFolder = await Repository.isFolder(path);
    const { files, failures } = isFolder ? await walkFolder(path) : { files: [path], failures: [] };
    const [failure] = failures;
    if (failure !== undefined) throw new CommandError(`${failure.input} cannot be read: ${failure.why}`);
    for (const file of files) yield await this.#readFile(file);
  }

  async #readFile(path: string): Promise<RepositoryFile> {
    const full = resolve(path);
    const found = await this.#rulesAbove(dirname(full));
    const below = found && relative(dirname(found.file), full).split(sep).join('/');
    return {
      path,
      state: await readFileState(path),
      rulesFile: found?.file,
      rule: found && ruleFor(found.rules, below ?? ''),
    };
  }

  async #rulesAbove(folder: string): Promise<{ file: string; rules: readonly CreationRule[] } | undefined> {
    if (this.#rules.has(folder)) return this.#rules.get(folder);
    const above = dirname(folder);
    const found =
      (await readRules(join(folder, RULES_FILE))) ??
      (above === folder ? undefined : await this.#rulesAbove(above));
    this.#rules.set(folder, found);
    return found;
  }
}

async function readFileState(path: string): Promise<FileState> {
  try {
    if ((await stat(path)).size > MAX_BYTES) return { is: 'unread' };
    return readState(await readFile(path, 'utf8'));
  } catch (error) {
    throw new CommandError(`${path} cannot be read: ${explainError(error)}`);
  }
}

async function readRules(
  file: string,
): Promise<{ file: string; rules: readonly CreationRule[] } | undefined> {
  let text: string;
  try {
    if ((await stat(file)).size > MAX_BYTES) throw new CommandError(`${file} is too large`);
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error instanceof CommandError
      ? error
      : new CommandError(`${file} cannot be read: ${explainError(error)}`);
  }
  const rules = readCreationRules(text);
  if ('wrong' in rules)
    throw new CommandError(
      `${file} ${rules.wrong}: correct it, or print it anew by fluxblueprint sops rules`,
    );
  return { file, rules };
}
