import { emptyObject, isObject } from '../../values/json.ts';
import { noteWritten } from '../../values/written.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import type { Json } from '../../../api/object.ts';
import { type Fault, ReadingEnd } from '../tokens/fault.ts';
import type { Places } from './places.ts';
import { type Scalar, readKey, readScalar } from './tagged-scalar.ts';

/** A value of a document, and where it stands. */
export interface Node {
  readonly at: number;
  readonly value: Json;
  /** As it is written, if it is a scalar. */
  readonly scalar: Scalar | undefined;
  /** Why it cannot be a value, though it may be a key; undefined where it can. */
  readonly wrong: string | undefined;
  /** Whether an alias stands for it. */
  readonly aliased: boolean;
}

/** What an anchor stands for. It has no node until its value is complete. */
interface Anchored {
  node: Node | undefined;
  /** How many values there were before it; then, of how many it consists. */
  size: number;
}

/** Makes the values of one document as Kubernetes does, and notes what is wrong with them. */
export class Composer {
  /** What is wrong with values that could be read. */
  readonly faults: Fault[] = [];
  readonly #anchors = new Map<string, Anchored>();
  readonly #places: Places | undefined;
  /** How many values there are when each use of an anchor counts, and how many of them such uses add. */
  #size = 0;
  #repeated = 0;

  /** @param places takes where the values stand. Default: that is not noted */
  constructor(places?: Places) {
    this.#places = places;
  }

  /** How many values there are so far, when each use of an anchor counts. */
  get size(): number {
    return this.#size;
  }

  /** Notes that a value begins, which `anchor` names if it is not empty. Answers what {@link complete} needs. */
  begin(anchor: string): Anchored | undefined {
    this.#count(1, 0);
    if (anchor === '') return undefined;
    const anchored: Anchored = { node: undefined, size: this.#size - 1 };
    this.#anchors.set(anchor, anchored);
    return anchored;
  }

  /** Notes the value that an anchor stands for. It may have been named anew within that value. */
  complete(anchored: Anchored | undefined, node: Node): void {
    if (anchored === undefined) return;
    anchored.node = node;
    anchored.size = this.#size - anchored.size;
  }

  /** The value of an alias. */
  resolve(name: string, at: number): Node {
    const anchored = this.#anchors.get(name);
    if (anchored?.node === undefined) {
      const message =
        anchored === undefined
          ? 'the alias names no anchor that stands before it: quote the value, if it is meant as text'
          : 'the alias stands within its own anchor: a value cannot hold itself';
      throw new ReadingEnd(message, at);
    }
    this.#count(anchored.size + 1, anchored.size);
    return { ...anchored.node, at, aliased: true };
  }

  /** Kubernetes refuses a document that consists too much of uses of anchors; this is its bound. */
  #count(values: number, repeated: number): void {
    this.#size += values;
    this.#repeated += repeated;
    if (this.#repeated <= 100 || this.#size <= 1000) return;
    if (this.#repeated <= this.#size * mostRepeated(this.#size)) return;
    throw new TooManyAliases();
  }

  /** A scalar, of which it is not known yet whether it is a key or a value. */
  scalar(scalar: Scalar, at: number): Node {
    const value = readScalar(scalar);
    if (typeof value !== 'object' || value === null)
      return { at, value, scalar, wrong: undefined, aliased: false };
    const wrong =
      'tag' in value
        ? `the value is not what its tag ${value.tag} says: remove the tag, or correct the value`
        : explainUnkept(value.unkept);
    return { at, value: null, scalar, wrong, aliased: false };
  }

  /** The value of a node that is no key; null, and a fault, where it cannot be one. */
  value({ wrong, at, value }: Node): Json {
    if (wrong !== undefined) this.faults.push({ rule: 'yaml', message: wrong, at });
    return value;
  }

  /** {@link value}, appended to a list. */
  append(list: Json[], node: Node): void {
    noteScalar(list, list.length, node);
    this.#places?.note(list, list.length, node.at);
    list.push(this.value(node));
  }

  /** Begins a map. */
  newMap(): MapBuilder {
    return new MapBuilder(this.faults, this.#places);
  }

  /** The text of a key; undefined, and a fault, where it cannot be one. */
  key(node: Node): string | undefined {
    const key = node.scalar === undefined ? undefined : readKey(node.scalar);
    if (key !== undefined) return key;
    this.faults.push({ rule: 'yaml', message: explainNoKey(node), at: node.at });
    return undefined;
  }
}

function explainNoKey({ scalar, wrong }: Node): string {
  if (scalar === undefined)
    return 'a map or list cannot be a key: quote the value, if it is a template such as {{ x }}';
  return scalar.tag !== '' && wrong !== undefined
    ? wrong
    : 'null, or so large an integer, cannot be a key: quote it';
}

/** Notes how a number or boolean is written, where that would be lost. */
function noteScalar(holder: JsonObject | Json[], step: string | number, { value, scalar }: Node): void {
  if (typeof value !== 'number' && typeof value !== 'boolean') return;
  if (scalar?.untyped === true && scalar.text !== String(value)) noteWritten(holder, step, scalar.text);
}

/** Ends the reading of a document whose aliases stand for too much. */
export class TooManyAliases extends Error {}

/**
 * Which part of a document's values may come from uses of anchors: nearly all up to 400,000 values, and less of more
 * (`allowedAliasRatio` of go-yaml v2).
 */
function mostRepeated(size: number): number {
  const [few, many] = [400_000, 4_000_000];
  if (size <= few) return 0.99;
  return size >= many ? 0.1 : 0.99 - (0.89 * (size - few)) / (many - few);
}

/** Why a value cannot be kept as it is written. */
export function explainUnkept(what: 'infinite' | 'not a number' | 'too long' | 'binary'): string {
  if (what === 'binary')
    return 'bytes that are no text cannot be sent to a cluster: leave the tag !!binary out';
  return what === 'too long'
    ? 'the integer has more digits than are kept exactly: quote it, if text will do'
    : `a value that is ${what} cannot be sent to a cluster: quote it, if text will do`;
}

/** Makes a map. Its own keys stand before those that are merged into it with `<<`. */
export class MapBuilder {
  readonly value: JsonObject = emptyObject();
  readonly #faults: Fault[];
  readonly #places: Places | undefined;
  #merged: Set<string> | undefined;

  constructor(faults: Fault[], places?: Places) {
    this.#faults = faults;
    this.#places = places;
  }

  /** Sets a key of the map itself. `node` is the value's own, where it has one. */
  set(key: string, value: Json, at: number, node?: Node): void {
    // A key that was merged before may be set once.
    if (key in this.value && this.#merged?.delete(key) !== true)
      this.#faults.push({ rule: 'yaml', message: 'Map keys must be unique', at });
    this.value[key] = value;
    this.#places?.note(this.value, key, at, node?.at);
    if (node !== undefined) noteScalar(this.value, key, node);
  }

  /** Merges a map, or the maps of a list, whose first ones win. `at` is where `<<` stands. */
  merge(node: Node, at: number): void {
    const { value } = node;
    const maps = Array.isArray(value) && !node.aliased ? value.toReversed() : [value];
    if (maps.every(isObject)) for (const map of maps) this.#mergeMap(map, at);
    else this.#faults.push({ rule: 'yaml', message: 'the value of << must be a map, or a list of maps', at });
  }

  #mergeMap(map: JsonObject, at: number): void {
    this.#merged ??= new Set();
    for (const key of Object.keys(map)) {
      if (key in this.value && !this.#merged.has(key)) {
        const message = 'Kubernetes would replace keys that stand before <<: put << first, and they win';
        this.#faults.push({ rule: 'yaml', message, at });
        return;
      }
      this.value[key] = map[key] ?? null;
      this.#places?.noteMerged(this.value, key, map);
      this.#merged.add(key);
    }
  }
}

/** Whether a key merges its value into the map. */
export function isMergeKey({ scalar, aliased }: Node): boolean {
  return scalar?.text === '<<' && !aliased && (scalar.untyped || MERGE_TAGS.has(scalar.tag));
}

/** With a lone `!` a key in quotes is taken for one without. */
const MERGE_TAGS: ReadonlySet<string> = new Set(['!', 'tag:yaml.org,2002:merge']);
