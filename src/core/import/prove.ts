import { Label } from '../../api/names.ts';
import { type KubeObject, splitApiVersion } from '../../api/object.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { compile } from '../compile/compile.ts';
import { offlineContext } from '../compile/model/context.ts';
import type { Problem } from '../validation/problem.ts';
import { isObject, own } from '../values/json.ts';
import { type Steps, compare, joinPath, splitPath } from '../values/path.ts';
import { readBytes } from '../yaml/read-blueprints.ts';
import type { Built } from './build/build-blueprint.ts';
import { type Entry, entryKey } from './build/entry.ts';
import { findDifferences, normalizeSpec } from './normalize.ts';

/** An object that the blueprint makes otherwise than it was read. */
export interface Difference {
  /** The entry; undefined for an object that nobody asked for. */
  entry: Entry | undefined;
  /** What is different: a path in the object, or the whole object. */
  path: string;
}

/** What came of compiling a blueprint and comparing its objects with what was read. */
export interface Proof {
  /** How many objects are equal. */
  equal: number;
  differences: Difference[];
  /** Why the blueprint is refused, each with the entry that it is about; empty where it is not. */
  refusals: { entry: Entry | undefined; problem: Problem }[];
}

/** {@link prove}, of a blueprint as its text is read back. */
export function proveText(text: string, entries: readonly Entry[], { places }: Pick<Built, 'places'>): Proof {
  const read = readBytes(new TextEncoder().encode(text));
  if (read.ok) return prove(read.blueprints[0], entries, places);
  const refusals = read.problems.map((problem) => ({ entry: undefined, problem }));
  return { equal: 0, differences: [], refusals };
}

const OUR_LABELS: ReadonlySet<string> = new Set(Object.values(Label));

/**
 * The account that stands in where the blueprint names none. Only what may be written depends on it, and that is for
 * the cluster to say.
 */
const ANY_ACCOUNT = 'any';

/**
 * Compiles a blueprint as it was read back from its text, and compares each object with the entry that it came from.
 * The labels of the operator do not count.
 */
export function prove(blueprint: unknown, entries: readonly Entry[], places: Built['places']): Proof {
  const compiled = compile(blueprint, { ...offlineContext(), defaultAccount: ANY_ACCOUNT });
  if (!compiled.ok) {
    const finder = new EntryFinder(places);
    const refusals = compiled.problems.map((problem) => ({ entry: finder.find(problem.path), problem }));
    return { equal: 0, differences: [], refusals };
  }
  const made = new Map(compiled.desired.objects.map(({ manifest }) => [keyOf(manifest), manifest]));
  const differences: Difference[] = [];
  let equal = 0;
  for (const entry of entries) {
    const paths = compareWith(entry, made.get(entry.key));
    made.delete(entry.key);
    if (paths.length === 0) equal += 1;
    differences.push(...paths.map((path) => ({ entry, path })));
  }
  for (const { kind, metadata } of made.values())
    differences.push({ entry: undefined, path: `${kind} ${metadata.namespace ?? ''}/${metadata.name}` });
  return { equal, differences, refusals: [] };
}

function keyOf({ apiVersion, kind, metadata }: KubeObject): string {
  return entryKey(splitApiVersion(apiVersion).group, kind, metadata.namespace ?? '', metadata.name);
}

/** Where an object differs from an entry: paths, sorted. */
function compareWith(entry: Entry, made: KubeObject | undefined): string[] {
  if (made === undefined) return ['the whole object is missing'];
  const { apiVersion } = entry.source;
  const spec = own(made as unknown as JsonObject, 'spec');
  return [
    ...(made.apiVersion === apiVersion ? [] : ['apiVersion']),
    ...findDifferences(toMap(entry.labels), withoutOurs(made.metadata.labels), ['metadata', 'labels']),
    ...findDifferences(toMap(entry.annotations), toMap(made.metadata.annotations), [
      'metadata',
      'annotations',
    ]),
    ...findDifferences(
      normalizeSpec(entry.spec, entry.namespace),
      normalizeSpec(isObject(spec) ? spec : {}, entry.namespace),
      ['spec'],
    ),
  ].sort(compare);
}

function toMap(texts: Readonly<Record<string, string>> | undefined): JsonObject {
  return { ...texts };
}

function withoutOurs(labels: Readonly<Record<string, string>> | undefined): JsonObject {
  return Object.fromEntries(Object.entries(labels ?? {}).filter(([label]) => !OUR_LABELS.has(label)));
}

/** Finds the entry that a path in a blueprint is about. */
class EntryFinder {
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(places: ReadonlyMap<Entry, Steps>) {
    this.#entries = new Map([...places].map(([entry, steps]) => [joinPath('', steps), entry]));
  }

  find(path: string): Entry | undefined {
    const steps = splitPath(path);
    for (let length = steps.length; length > 0; length--) {
      const entry = this.#entries.get(joinPath('', steps.slice(0, length)));
      if (entry !== undefined) return entry;
    }
    return undefined;
  }
}
