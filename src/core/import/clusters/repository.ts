import { readFiles } from '../read/read-files.ts';
import type { Note, Skipped, SourceFile, SourceObject } from '../read/source-object.ts';
import { type KustomizeFile, isKustomizeFile, readKustomizeFile } from './kustomize-file.ts';
import { folderOf } from './paths.ts';

/** The files of a repository, read once. */
export interface Repository {
  /** The objects of each file. */
  objects: ReadonlyMap<string, readonly SourceObject[]>;
  /** How many documents each file has that holds objects. */
  documents: ReadonlyMap<string, number>;
  /** The file of kustomize of each folder that has one. */
  kustomize: ReadonlyMap<string, KustomizeFile>;
  /** The files of each folder, without those of its folders. */
  files: ReadonlyMap<string, readonly string[]>;
  /** The folders of each folder. */
  folders: ReadonlyMap<string, readonly string[]>;
  /** The files that are patches and no objects. */
  patches: ReadonlySet<string>;
  skipped: readonly Skipped[];
  notes: readonly Note[];
}

/** Reads the files of a repository. */
export function readRepository(files: readonly SourceFile[]): Repository {
  const kustomize = new Map<string, KustomizeFile>();
  for (const file of files)
    if (isKustomizeFile(file.path)) kustomize.set(folderOf(file.path), readKustomizeFile(file));
  const patches = new Set([...kustomize.values()].flatMap((file) => file.patches));
  const plain = files.filter(({ path }) => !isKustomizeFile(path));
  const read = readFiles(plain.filter(({ path }) => !patches.has(path)));
  const objects = new Map<string, SourceObject[]>();
  for (const object of read.objects) {
    const known = objects.get(object.file);
    if (known === undefined) objects.set(object.file, [object]);
    else known.push(object);
  }
  const documents = new Map(
    plain
      .filter(({ path }) => objects.has(path))
      .map(({ path, text }) => [path, countDocuments(text)] as const),
  );
  const { byFolder, folders } = indexFolders(files);
  return {
    objects,
    documents,
    kustomize,
    files: byFolder,
    folders,
    patches,
    skipped: read.skipped,
    notes: read.notes,
  };
}

function indexFolders(files: readonly SourceFile[]): {
  byFolder: Map<string, string[]>;
  folders: Map<string, string[]>;
} {
  const byFolder = new Map<string, string[]>();
  const folders = new Map<string, string[]>();
  const addFolder = (folder: string): void => {
    for (let at = folder; at !== ''; at = folderOf(at)) {
      const parent = folderOf(at);
      const siblings = folders.get(parent);
      if (siblings === undefined) folders.set(parent, [at]);
      else if (siblings.includes(at)) return;
      else siblings.push(at);
    }
  };
  for (const { path } of files) {
    const folder = folderOf(path);
    const known = byFolder.get(folder);
    if (known !== undefined) known.push(path);
    else {
      byFolder.set(folder, [path]);
      addFolder(folder);
    }
  }
  return { byFolder, folders };
}

/** Whether a repository has a folder with files, in it or below. */
export function hasFolder({ files, folders }: Repository, path: string): boolean {
  return files.has(path) || folders.has(path);
}

/** How many documents of a text say something. */
function countDocuments(text: string): number {
  const says = (line: string): boolean => line.trim() !== '' && !line.trim().startsWith('#');
  return text.split(/^---/m).filter((part) => part.split('\n').some(says)).length;
}
