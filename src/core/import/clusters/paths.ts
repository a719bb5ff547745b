/**
 * Finds clusters: which folder each cluster begins with, and what Flux would deploy from there, by the paths of
 * Kustomizations and the files of kustomize. Files are given; overlays are built by others. Begin with
 * `read-clusters.ts`.
 */

/** A path without `.`, empty parts and what `..` takes back; undefined where it leads out of the repository. */
export function normalizePath(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

/** A path from a folder, normalized. */
export function joinPaths(folder: string, path: string): string | undefined {
  return normalizePath(`${folder}/${path}`);
}

/** The folder of a file; empty for the root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Whether a path is a folder or lies within it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/**
 * The folder that a path in an object means: from the root of the repository or, where an artifact begins with a folder
 * of it, from one of the folders that hold the object's file. Undefined where none of them exists.
 */
export function findPath(path: string, file: string, exists: (path: string) => boolean): string | undefined {
  const normal = normalizePath(path);
  if (normal === undefined) return undefined;
  if (exists(normal)) return normal;
  if (normal === '') return undefined;
  for (let at = folderOf(file); at !== ''; at = folderOf(at))
    if (exists(`${at}/${normal}`)) return `${at}/${normal}`;
  return undefined;
}
