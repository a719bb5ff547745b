import { compare } from '../values/path.ts';

/** The most entries of a folder and all below it that are looked at. */
export const MAX_ENTRIES = 100_000;

/** The most files of a folder, or of a revision, that are read. */
export const MAX_FILES = 10_000;

/** The deepest folder within a folder that is looked into. */
export const MAX_FOLDER_DEPTH = 64;

/** Whether a file of a folder may hold blueprints, by its name: YAML or JSON that is not hidden. */
export function isReadable(name: string): boolean {
  return !name.startsWith('.') && /\.(?:ya?ml|json)$/i.test(name);
}

/** Whether a folder within a folder is looked into: not if it is hidden, as `.git` is, or holds packages of npm. */
export function isEntered(name: string): boolean {
  return !name.startsWith('.') && name !== 'node_modules';
}

/** A file of a revision. */
export interface TreeFile {
  /** The path below the folder that was asked for. */
  path: string;
  /** The id of its content. */
  id: string;
  /** How large it is; 0 if Git has lost it. */
  bytes: number;
}

const ENTRY = /^(?<mode>\d{6}) (?<type>\w+) (?<id>[0-9a-f]{40,64}) +(?<bytes>\S+)\t(?<path>.+)$/s;

/**
 * The files of a revision that may hold blueprints, in order, from what `git ls-tree -r -z -l` prints. Links and
 * submodules are passed over.
 */
export function chooseTreeFiles(listing: string): TreeFile[] {
  return listing
    .split('\0')
    .flatMap((entry) => readEntry(entry) ?? [])
    .sort((a, b) => compare(a.path, b.path));
}

function readEntry(entry: string): TreeFile | undefined {
  const groups = ENTRY.exec(entry)?.groups;
  if (groups === undefined) return undefined;
  const { mode, type, id, bytes, path } = groups as Record<'mode' | 'type' | 'id' | 'bytes' | 'path', string>;
  if (type !== 'blob' || !mode.startsWith('100')) return undefined;
  const folders = path.split('/');
  const name = folders.pop() ?? '';
  return isReadable(name) && folders.every(isEntered) ? { path, id, bytes: Number(bytes) || 0 } : undefined;
}
