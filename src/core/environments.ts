import type { Json } from '../api/object.ts';
import type { JsonObject } from '../api/schema/shapes.ts';
import { type Environment, Spec, type Spec as SpecType } from '../api/schema/spec.ts';
import { type Schema, UNSOUND, checkSchema } from './check-schema.ts';
import { orderNodes } from './graph.ts';
import { clone, emptyObject, isObject, own } from './json.ts';
import { REPLACED, dropOtherMembers } from './merge.ts';
import { Moves } from './moves.ts';
import { suggest } from './nearest.ts';
import { bridgeOmitted } from './omitted.ts';
import { fieldPath, itemPath, joinPath } from './path.ts';
import { type Locate, type Problems } from './problem.ts';

/** The blueprint as one environment sees it; without environments, the blueprint itself. */
export interface Scope {
  /** The environment; undefined where there are none. */
  environment: string | undefined;
  /** What the names of its objects end in. */
  suffix: string;
  /** The environment that must be ready with the same change first. */
  after: string | undefined;
  /** The spec with what the environment says merged over it. */
  spec: SpecType;
  /** Namespace of what says none. */
  namespace: string;
  /** Whether it is deployed to another cluster. */
  remote: boolean;
  /** Translates paths of `spec` into paths of the blueprint. */
  locate: Locate;
  /** Sources that exist for this environment alone, by name; the others are shared. */
  ownSources: ReadonlySet<string>;
}

/** The blocks of a union, of which naming another replaces the first. */
const UNIONS: readonly (readonly string[])[] = [
  ['git', 'oci', 'helm', 'bucket', 'sourceRef'],
  ['kustomization', 'helmRelease', 'object', 'components'],
  ['chart', 'chartRef'],
];

/** The scopes of a blueprint: one for each environment, or one for the whole. */
export function expandScopes(spec: SpecType, namespace: string, problems: Problems): Scope[] {
  const environments = spec.environments ?? [];
  if (environments.length === 0) return [wholeScope(spec, namespace)];
  checkOrder(environments, problems);
  const overridden = new Set(environments.flatMap(({ sources = [] }) => sources.map(({ name }) => name)));
  return environments.map((environment, i) =>
    expandScope(spec, namespace, environment, itemPath('spec.environments', i), overridden, problems),
  );
}

/** The blueprint without its environments: what they share is drafted from it. */
export function wholeScope(spec: SpecType, namespace: string): Scope {
  return {
    environment: undefined,
    suffix: '',
    after: undefined,
    spec,
    namespace,
    remote: false,
    locate: (path) => path,
    ownSources: new Set(),
  };
}

function expandScope(
  base: SpecType,
  namespace: string,
  environment: Environment,
  path: string,
  ownSources: ReadonlySet<string>,
  problems: Problems,
): Scope {
  const moves = new Moves();
  const merge = new Merge(moves, problems);
  const spec = clone(base as unknown as JsonObject);
  Reflect.deleteProperty(spec, 'environments');
  for (const field of ['variables', 'defaults', 'secrets', 'serviceAccountName'] as const) {
    const value = environment[field] as Json | undefined;
    if (value !== undefined) merge.field(spec, field, value, ['spec'], `${path}.${field}`);
  }
  for (const field of ['kubeConfig', 'suspend'] as const)
    inheritByDefaults(spec, environment[field] as Json | undefined, field, path, moves);
  for (const list of ['sources', 'layers'] as const) {
    spec[list] = merge.list(
      own(spec, list),
      environment[list] ?? [],
      list,
      `spec.${list}`,
      `${path}.${list}`,
    );
  }
  bridgeOmitted(own(spec, 'layers'), merge.omitted, 'spec.layers', moves);
  const locate: Locate = (at) => moves.locate(at);
  checkSchema(Spec as unknown as Schema, spec, (rule, steps, message) => {
    problems.within(locate).add(rule, joinPath('spec', steps), message);
    if (UNSOUND.has(rule)) merge.unsound = true;
  });
  const suffix = environment.suffix ?? `-${environment.name}`;
  return {
    environment: environment.name,
    suffix,
    after: environment.after,
    // What is not sound is refused already; only what everybody relies on is kept.
    spec: merge.unsound ? {} : spec,
    namespace: environment.namespace ?? namespace,
    remote: environment.kubeConfig !== undefined,
    locate,
    ownSources,
  };
}

/** What holds for every object of the environment stands under its defaults, so that an object's own still wins. */
function inheritByDefaults(
  spec: JsonObject,
  value: Json | undefined,
  field: string,
  path: string,
  moves: Moves,
): void {
  if (value === undefined) return;
  const defaults = objectIn(spec, 'defaults');
  for (const block of ['kustomization', 'helmRelease']) {
    objectIn(defaults, block)[field] = clone(value);
    moves.note(`spec.defaults.${block}.${field}`, `${path}.${field}`);
  }
}

function objectIn(parent: JsonObject, field: string): JsonObject {
  const present = own(parent, field);
  if (isObject(present)) return present;
  const made = emptyObject();
  parent[field] = made;
  return made;
}

/** Merges overrides into a copy of the blueprint, and notes where each part was written. */
class Merge {
  /** Whether something had a type that the rest of the compiler could not work with. */
  unsound = false;
  /** Layers and components that are left out, with what they depended on. */
  readonly omitted = new Map<string, readonly string[]>();
  readonly #moves: Moves;
  readonly #problems: Problems;

  constructor(moves: Moves, problems: Problems) {
    this.#moves = moves;
    this.#problems = problems;
  }

  /** Merges one field: objects deeply, everything else as a whole. */
  field(target: JsonObject, key: string, value: Json, parents: readonly string[], path: string): void {
    const present = own(target, key);
    const at = fieldPath(parents.join('.'), key);
    if (!isObject(value) || !isObject(present) || REPLACED.has(key)) {
      target[key] = clone(value);
      this.#moves.note(at, path);
      return;
    }
    for (const union of UNIONS) dropOtherMembers(present, value, union);
    for (const [name, inner] of Object.entries(value)) {
      if (inner !== undefined) this.field(present, name, inner, [at], fieldPath(path, name));
    }
  }

  /** Merges a list by the names of its items; `omit: true` leaves one out, an unknown name adds one. */
  list(
    base: Json | undefined,
    overrides: readonly JsonObject[],
    what: string,
    at: string,
    path: string,
    owner = '',
  ): Json[] {
    const items = Array.isArray(base) ? base.filter(isObject).map((item) => clone(item)) : [];
    const written = items.map((_, i) => itemPath(at, i));
    const changes: { item: JsonObject; override: JsonObject; path: string }[] = [];
    const omitted = new Set<JsonObject>();
    overrides.forEach((override, k) => {
      const found = items.find((item) => item['name'] === override['name']);
      const from = itemPath(path, k);
      if (found === undefined) this.#add(override, items, written, what, from);
      else if (override['omit'] === true) this.#omit(found, omitted, owner);
      else changes.push({ item: found, override, path: from });
    });
    const kept = items.filter((item) => !omitted.has(item));
    kept.forEach((item, i) => {
      this.#moves.note(itemPath(at, i), written[items.indexOf(item)] ?? at);
    });
    for (const change of changes)
      this.#overrideItem(change.item, change.override, itemPath(at, kept.indexOf(change.item)), change.path);
    return kept;
  }

  #omit(item: JsonObject, omitted: Set<JsonObject>, owner: string): void {
    omitted.add(item);
    const dependsOn = own(item, 'dependsOn');
    const names = Array.isArray(dependsOn) ? dependsOn.filter((name) => typeof name === 'string') : [];
    this.omitted.set(owner === '' ? nameOf(item) : `${owner}/${nameOf(item)}`, names);
  }

  #add(override: JsonObject, items: JsonObject[], written: string[], what: string, path: string): void {
    const complete = UNIONS.some((union) => union.some((member) => own(override, member) !== undefined));
    if (complete && override['omit'] !== true) {
      items.push(clone(override));
      written.push(path);
      return;
    }
    const name = nameOf(override);
    const remedy = `as an addition it is not complete${suggest(name, items.map(nameOf))}`;
    this.#problems.add(
      'unknown-name',
      `${path}.name`,
      `none of \`${what}\` is named ${JSON.stringify(name)}, and ${remedy}`,
    );
  }

  #overrideItem(item: JsonObject, override: JsonObject, at: string, path: string): void {
    for (const union of UNIONS) dropOtherMembers(item, override, union);
    for (const [key, value] of Object.entries(override)) {
      if (value === undefined || key === 'name' || key === 'omit') continue;
      if (key === 'components' && Array.isArray(value)) {
        const list = value.filter(isObject);
        item[key] = this.list(
          own(item, key),
          list,
          'components',
          `${at}.components`,
          `${path}.components`,
          nameOf(item),
        );
      } else {
        this.field(item, key, value, [at], fieldPath(path, key));
      }
    }
  }
}

function nameOf(item: JsonObject): string {
  const name = item['name'];
  return typeof name === 'string' ? name : '';
}

/** Refuses an `after` that names nothing, or goes in a circle. */
function checkOrder(environments: readonly Environment[], problems: Problems): void {
  const names = environments.map(({ name }) => name);
  const links = environments.map(({ after }, i) => {
    if (after === undefined) return [];
    const to = names.indexOf(after);
    if (to >= 0) return [{ to, explicit: true, native: false }];
    problems.add(
      'unknown-name',
      `${itemPath('spec.environments', i)}.after`,
      `no environment is named ${JSON.stringify(after)}${suggest(after, names)}`,
    );
    return [];
  });
  const ordered = orderNodes(links);
  if ('order' in ordered) return;
  for (const cycle of ordered.cycles) {
    const way = [...cycle, cycle[0] ?? 0].map((node) => names[node] ?? '').join(' → ');
    problems.add(
      'cycle',
      `${itemPath('spec.environments', cycle[0] ?? 0)}.after`,
      `the environments wait for each other in a circle: ${way}`,
    );
  }
}
