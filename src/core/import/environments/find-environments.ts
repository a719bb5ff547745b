/**
 * Finds environments: components of one cluster that come several times, as `shop-staging` and `shop-production` do,
 * or as those of two namespaces do,
 * become one component of a blueprint with environments. `find-environments.ts` finds them, `build-environments.ts`
 * writes them; whoever calls proves the result, and takes it only where it is equal and shorter.
 */
import { isObject, own } from '../../values/json.ts';
import type { Json } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { type Entry, componentBlockOf, entryKey } from '../build/entry.ts';
import { sourceOf } from '../build/sources.ts';

/** Words that end the names of what belongs to an environment. Others, such as `read`, mean nothing of the kind. */
const WORDS: ReadonlySet<string> = new Set(
  'dev development test testing qa uat int integration stage staging stg preprod preview sandbox prod prd production live canary'.split(
    ' ',
  ),
);

/** The objects of one environment. */
export interface EnvironmentEntries {
  /** The end of the names of its objects, or its namespace. */
  name: string;
  /** What the names of its objects end in; empty where it has a namespace of its own. */
  suffix: string;
  /** Each object as it was read, and as a blueprint has it that gives the ending. */
  members: readonly { original: Entry; plain: Entry }[];
}

/** The environments in some objects, and the objects that belong to none. */
export interface FoundEnvironments {
  environments: readonly EnvironmentEntries[];
  rest: readonly Entry[];
}

/** A component by its plain name and its environment. */
interface Member {
  entry: Entry;
  plainName: string;
  environment: string;
  suffix: string;
}

/**
 * Finds environments: the endings of names, or the namespaces, that most components have together. Undefined where no
 * two belong together.
 */
export function findEnvironments(entries: readonly Entry[]): FoundEnvironments | undefined {
  const byPlain = new Map<string, Member[]>();
  for (const entry of entries) {
    const member = toMember(entry);
    if (member === undefined) continue;
    const key = `${entry.kind}/${member.plainName}/${member.suffix === '' ? '' : 'suffixed'}`;
    byPlain.set(key, [...(byPlain.get(key) ?? []), member]);
  }
  const families = new Map<string, Member[][]>();
  for (const members of byPlain.values()) {
    const names = members.map(({ environment }) => environment);
    const family = [...new Set(names)].sort().join(' ');
    // Two of one environment, in several namespaces, could not both have the plain name.
    if (names.length < 2 || family.split(' ').length < names.length) continue;
    families.set(family, [...(families.get(family) ?? []), members]);
  }
  const [best] = [...families.values()].sort((a, b) => b.length - a.length);
  return best === undefined ? undefined : collect(entries, best);
}

function toMember(entry: Entry): Member | undefined {
  if (componentBlockOf(entry) === undefined) return undefined;
  const { name, namespace } = entry;
  const environment = name.slice(name.lastIndexOf('-') + 1);
  const suffix = `-${environment}`;
  if (WORDS.has(environment) && name.length > suffix.length)
    return { entry, plainName: name.slice(0, -suffix.length), environment, suffix };
  const isEnvironment = WORDS.has(namespace.slice(namespace.lastIndexOf('-') + 1));
  return isEnvironment ? { entry, plainName: name, environment: namespace, suffix: '' } : undefined;
}

function collect(entries: readonly Entry[], family: readonly Member[][]): FoundEnvironments {
  const [first = []] = family;
  const taken = new Set<Entry>();
  const environments = first.map(({ environment: name, suffix }) => {
    const own = family.flat().filter(({ environment }) => environment === name);
    const components = own.map(({ entry }) => entry);
    const sources = entries.filter((entry) => belongsTo(entry, components));
    const originals = [...components, ...sources];
    for (const original of originals) taken.add(original);
    const keys = new Set(originals.map(({ key }) => key));
    return {
      name,
      suffix,
      members: originals.map((original) => ({ original, plain: toPlain(original, suffix, keys) })),
    };
  });
  return { environments, rest: entries.filter((entry) => !taken.has(entry)) };
}

/** Whether a source stands beside one of some components, named like it. */
function belongsTo(entry: Entry, components: readonly Entry[]): boolean {
  return (
    entry.home.at === 'sources' &&
    components.some((component) => {
      const ref = sourceOf(component)?.ref;
      return (
        component.name === entry.name &&
        component.namespace === entry.namespace &&
        ref?.kind === entry.kind &&
        ref.name === entry.name &&
        ref.namespace === entry.namespace
      );
    })
  );
}

/** An object without the ending of its environment, in its name and in those of its own environment that it names. */
function toPlain(entry: Entry, ending: string, keys: ReadonlySet<string>): Entry {
  if (ending === '') return entry;
  const strip = (name: string): string => name.slice(0, -ending.length);
  const rename = (ref: JsonObject, group: string, kind: string): JsonObject => {
    const name = own(ref, 'name');
    const namespace = own(ref, 'namespace') ?? entry.namespace;
    const isOwn =
      typeof name === 'string' &&
      typeof namespace === 'string' &&
      keys.has(entryKey(group, kind, namespace, name));
    return isOwn ? { ...ref, name: strip(name) } : ref;
  };
  const spec = { ...entry.spec };
  const needs = own(spec, 'dependsOn');
  if (Array.isArray(needs))
    spec['dependsOn'] = needs.map((need) =>
      isObject(need) ? rename(need, entry.source.group, entry.kind) : need,
    );
  const source = sourceOf(entry);
  if (source !== undefined) renameAt(spec, source.at, (ref) => rename(ref, SOURCES, source.ref.kind));
  const name = strip(entry.name);
  return { ...entry, spec, name, key: entryKey(entry.source.group, entry.kind, entry.namespace, name) };
}

const SOURCES = 'source.toolkit.fluxcd.io';

/** Changes a map within a value, of which every map on the way is copied. */
function renameAt(
  target: JsonObject,
  steps: readonly string[],
  change: (ref: JsonObject) => JsonObject,
): void {
  const [step, ...more] = steps;
  const value: Json | undefined = step === undefined ? undefined : own(target, step);
  if (step === undefined || !isObject(value)) return;
  if (more.length === 0) target[step] = change(value);
  else {
    const copy = { ...value };
    target[step] = copy;
    renameAt(copy, more, change);
  }
}
