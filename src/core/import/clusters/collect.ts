import type { Json } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { emptyObject, isObject, own } from '../../values/json.ts';
import { isClusterScoped } from '../build/entry.ts';
import { readFiles } from '../read/read-files.ts';
import type { Skipped, SourceObject } from '../read/source-object.ts';
import type { KustomizeFile } from './kustomize-file.ts';
import type { Repository } from './repository.ts';

/** What kustomize made of a request, or why it made nothing, by the id of the request. */
export type Overlays = ReadonlyMap<string, { text: string } | { wrong: string }>;

/** What kustomize is to build: a folder of the repository, or objects with patches. */
export type OverlayRequest = { id: string } & ({ folder: string } | PatchedObjects);

/** Objects to patch, as texts of YAML. */
export interface PatchedObjects {
  /** The file of kustomize, which takes the objects from `objects.yaml`. */
  patches: string;
  objects: string;
  /** What identifies the objects: two of one key cannot be in one input. */
  keys: readonly string[];
}

/** Collects what Flux would deploy from folders. */
export class Collector {
  /** What kustomize has to build and was not asked for yet, by its id. */
  readonly needed = new Map<string, OverlayRequest>();
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
    if (found.length > 0 && file.changes) return this.#build(folder, file, found);
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
  #build(folder: string, file: KustomizeFile, found: readonly SourceObject[]): SourceObject[] {
    if (this.#needsNetwork(folder, new Set())) {
      this.#skip(file, 'is an overlay that was not built: something that it includes is not in the folder');
      return [];
    }
    const id = `overlay ${folder}`;
    const built = this.#overlays.get(id);
    if (built === undefined) {
      this.needed.set(id, { id, folder });
      return [];
    }
    if ('wrong' in built) {
      this.#skip(file, `is an overlay that was not built: ${built.wrong}`);
      return [];
    }
    const read = readFiles([{ path: file.path, text: built.text }]);
    this.skipped.push(...read.skipped);
    return withPlaces(read.objects, found);
  }

  /** Objects as kustomize patches them; undefined where it cannot, or was not asked yet. */
  patch(id: string, request: PatchedObjects, originals: readonly SourceObject[]): SourceObject[] | undefined {
    const built = this.#overlays.get(id);
    if (built === undefined) this.needed.set(id, { id, ...request });
    if (built === undefined || 'wrong' in built) return undefined;
    // Others may have been patched with them.
    const keys = new Set(originals.map(identify));
    const objects = readFiles([{ path: 'patched.yaml', text: built.text }]).objects;
    const ours = objects.filter((object) => keys.has(identify(object)));
    return ours.length === keys.size ? withPlaces(ours, originals) : undefined;
  }

  /** Whether a file of kustomize, or one that it includes, names something that is not in the repository. */
  #needsNetwork(folder: string, seen: Set<string>): boolean {
    const file = this.#repository.kustomize.get(folder);
    if (file === undefined || seen.has(folder)) return false;
    seen.add(folder);
    return file.remote.length > 0 || file.resources.some((path) => this.#needsNetwork(path, seen));
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

/** Built objects with the places and texts of the objects that they were built from, where those are known. */
function withPlaces(built: readonly SourceObject[], originals: readonly SourceObject[]): SourceObject[] {
  const places = new Map(originals.map((object) => [`${object.kind} ${object.name}`, object]));
  return built.map((object) => {
    const original = places.get(`${object.kind} ${object.name}`);
    if (original === undefined) return object;
    const { file, line, text } = original;
    return { ...object, file, line, text, spec: orderLike(object.spec, original.spec) as JsonObject };
  });
}

/** A value with its fields in the order of another one: kustomize sorts them, and people do not. */
function orderLike(value: Json | undefined, like: Json | undefined): Json | undefined {
  if (!isObject(value) || !isObject(like)) return value;
  const ordered = emptyObject();
  for (const key of new Set([...Object.keys(like), ...Object.keys(value)]))
    if (Object.hasOwn(value, key)) ordered[key] = orderLike(own(value, key), own(like, key));
  return ordered;
}

/** What identifies an object in the input of kustomize. */
export function identify({ group, kind, namespace, name }: SourceObject): string {
  return `${group}/${kind}/${namespace ?? ''}/${name}`;
}
