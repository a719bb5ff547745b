import { isClusterScoped } from '../build/entry.ts';
import { readFiles } from '../read/read-files.ts';
import type { Skipped, SourceObject } from '../read/source-object.ts';
import type { KustomizeFile } from './kustomize-file.ts';
import type { Repository } from './repository.ts';

/** What kustomize made of a folder, or why it made nothing, by the folder. */
export type Overlays = ReadonlyMap<string, { text: string } | { wrong: string }>;

/** Collects what Flux would deploy from folders. */
export class Collector {
  /** The folders for which kustomize is needed and was not asked yet. */
  readonly needed = new Set<string>();
  readonly skipped: Skipped[] = [];
  /** The files whose objects were collected. */
  readonly used = new Set<string>();
  readonly #repository: Repository;
  readonly #overlays: Overlays;

  constructor(repository: Repository, overlays: Overlays) {
    this.#repository = repository;
    this.#overlays = overlays;
  }

  /**
   * The objects that Flux would deploy from a folder: what its file of kustomize names, or else every file in it and
   * below, as Flux itself makes such a file where there is none.
   */
  collect(folder: string): SourceObject[] {
    return this.#collectFolder(folder, new Set());
  }

  #collectFolder(folder: string, seen: Set<string>): SourceObject[] {
    if (seen.has(folder)) return [];
    seen.add(folder);
    const file = this.#repository.kustomize.get(folder);
    if (file !== undefined) return this.#collectListed(folder, file, seen);
    return [
      ...(this.#repository.files.get(folder) ?? []).flatMap((path) => this.#collectFile(path)),
      ...(this.#repository.folders.get(folder) ?? []).flatMap((path) => this.#collectFolder(path, seen)),
    ];
  }

  #collectFile(path: string): SourceObject[] {
    this.used.add(path);
    return [...(this.#repository.objects.get(path) ?? [])];
  }

  #collectListed(folder: string, file: KustomizeFile, seen: Set<string>): SourceObject[] {
    if (file.wrong !== undefined) this.#skip(file, file.wrong);
    const found = file.resources.flatMap((path) => this.#collectResource(path, file, seen));
    for (const remote of file.remote)
      this.#skip(file, `includes ${remote}, which is not in the folder: nothing is fetched from a network`);
    if (found.length > 0 && file.changes) return this.#build(folder, file);
    return file.namespace === undefined ? found : found.map((object) => inNamespace(object, file.namespace));
  }

  #collectResource(path: string, file: KustomizeFile, seen: Set<string>): SourceObject[] {
    if (this.#repository.files.has(path) || this.#repository.folders.has(path))
      return this.#collectFolder(path, seen);
    if (!hasFile(this.#repository, path) && /\.(?:ya?ml|json)$/.test(path) && !path.includes('.sops.'))
      this.#skip(file, `names ${path}, which was not read`);
    return this.#collectFile(path);
  }

  /** The objects of an overlay, as kustomize made them. */
  #build(folder: string, file: KustomizeFile): SourceObject[] {
    const built = this.#overlays.get(folder);
    if (built === undefined) {
      this.needed.add(folder);
      return [];
    }
    if ('wrong' in built) {
      this.#skip(file, `is an overlay that was not built: ${built.wrong}`);
      return [];
    }
    const read = readFiles([{ path: file.path, text: built.text }]);
    this.skipped.push(...read.skipped);
    return read.objects;
  }

  #skip({ path }: KustomizeFile, reason: string): void {
    this.skipped.push({ file: path, line: 1, what: path, reason });
  }
}

function hasFile({ files }: Repository, path: string): boolean {
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  return files.get(folder)?.includes(path) === true;
}

/** An object in a namespace, as kustomize and Flux set it on all that has one. */
export function inNamespace(object: SourceObject, namespace: string | undefined): SourceObject {
  return namespace === undefined || isClusterScoped(object) ? object : { ...object, namespace };
}
