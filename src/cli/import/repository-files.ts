import { constants } from 'node:fs';
import { access, lstat, readFile, readdir } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { isKustomizeFile } from '../../core/import/clusters/kustomize-file.ts';
import type { Skipped, SourceFile } from '../../core/import/read/source-object.ts';
import { decodeText } from '../../core/yaml/decode-text.ts';

/** The files of a repository, and what was left out. */
export interface RepositoryFiles {
  /** The root of the repository, from which the paths of files and of Kustomizations begin. */
  root: string;
  files: SourceFile[];
  skipped: Skipped[];
}

/** The most that all files together may have, in bytes. */
export const MAX_BYTES = 100_000_000;

/** The most that one file may have, in bytes. */
const MAX_FILE_BYTES = 20_000_000;

/** The most files that are looked at. */
const MAX_FILES = 100_000;

/** Thrown where there is too much to read, or a path cannot be read. The message says what to do. */
export class ReadError extends Error {}

/** A file that is to be read, with its size in bytes. */
interface Candidate {
  path: string;
  size: number;
}

/**
 * Reads the YAML files of folders, and single files. Links are not followed, files of SOPS are not opened, and folders
 * whose names begin with a dot are passed over.
 *
 * @throws {ReadError} where a path cannot be read, or there is too much
 */
export async function readRepositoryFiles(paths: readonly string[]): Promise<RepositoryFiles> {
  const root = await findRoot(paths);
  const result: RepositoryFiles = { root, files: [], skipped: [] };
  const found = new Map<string, Candidate>();
  for (const path of paths) await visit(resolve(path), { root, found, skipped: result.skipped });
  const total = [...found.values()].reduce((sum, { size }) => sum + size, 0);
  if (total > MAX_BYTES)
    throw new ReadError(
      `the YAML files have ${toMegabytes(total)} MB together; at most ${MAX_BYTES / 1e6} MB are read: name the folders that belong to Flux`,
    );
  for (const { path } of found.values()) await readOne(path, result);
  return result;
}

function toMegabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}

interface Visit {
  root: string;
  found: Map<string, Candidate>;
  skipped: Skipped[];
}

async function visit(path: string, way: Visit): Promise<void> {
  const stat = await lstat(path).catch((error: unknown) => {
    throw new ReadError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  const file = nameOf(path, way.root);
  if (stat.isSymbolicLink()) {
    if (isYaml(path)) skip(way.skipped, file, 'is a link, and links are not followed');
  } else if (stat.isDirectory()) {
    const names = (await readdir(path)).filter((name) => !name.startsWith('.') && name !== 'node_modules');
    for (const name of names.sort()) await visit(join(path, name), way);
  } else if (stat.isFile() && isYaml(path)) {
    if (/\.sops\.ya?ml$/.test(path)) skip(way.skipped, file, 'is a file of SOPS, and is not opened');
    else if (stat.size > MAX_FILE_BYTES)
      skip(
        way.skipped,
        file,
        `has ${toMegabytes(stat.size)} MB; at most ${MAX_FILE_BYTES / 1e6} MB of a file are read`,
      );
    else way.found.set(path, { path, size: stat.size });
    if (way.found.size > MAX_FILES)
      throw new ReadError(
        `there are more than ${MAX_FILES} YAML files: name the folders that belong to Flux`,
      );
  }
}

function skip(skipped: Skipped[], file: string, reason: string, line = 1): void {
  skipped.push({ file, line, what: file, reason });
}

function isYaml(path: string): boolean {
  return /\.ya?ml$/.test(path) || isKustomizeFile(path.split(sep).join('/'));
}

async function readOne(path: string, result: RepositoryFiles): Promise<void> {
  const file = nameOf(path, result.root);
  const decoded = decodeText(await readFile(path));
  if (decoded.ok) result.files.push({ path: file, text: decoded.text });
  else skip(result.skipped, file, decoded.message, decoded.place?.line);
}

function nameOf(path: string, root: string): string {
  return relative(root, path).split(sep).join('/');
}

/** The folder from which a repository counts its paths: the one with `.git`, or else what the paths have in common. */
async function findRoot(paths: readonly string[]): Promise<string> {
  const [first = '.', ...others] = await Promise.all(paths.map(folderOf));
  for (let at = first; ; at = dirname(at)) {
    if (await exists(join(at, '.git'))) return at;
    if (at === dirname(at)) break;
  }
  return others.reduce(commonFolder, first);
}

async function folderOf(path: string): Promise<string> {
  const absolute = resolve(path);
  const stat = await lstat(absolute).catch(() => undefined);
  return stat?.isDirectory() === true ? absolute : dirname(absolute);
}

function commonFolder(a: string, b: string): string {
  let at = a;
  while (!`${b}${sep}`.startsWith(`${at === sep ? '' : at}${sep}`)) at = dirname(at);
  return at;
}

/** Whether a file or folder exists. */
export async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
