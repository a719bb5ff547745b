import type { Json } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { type Environment, Spec, type Spec as SpecType } from '../../../api/schema/spec.ts';
import { type Schema, checkSchema, isUnsound } from '../../validation/check-schema.ts';
import type { Steps } from '../../values/path.ts';
import { orderNodes } from '../../graph/graph.ts';
import { clone, objectIn, own } from '../../values/json.ts';
import { Moves } from './source-map.ts';
import { suggest } from '../../values/suggest.ts';
import { bridgeOmitted } from './bridge-omitted.ts';
import { Override } from './override.ts';
import { itemPath, joinPath } from '../../values/path.ts';
import type { Locate, Problems } from '../../validation/problem.ts';

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
  /** Where that was written; undefined where it is the blueprint's own. */
  namespacePath: string | undefined;
  /** Whether it is deployed to another cluster. */
  remote: boolean;
  /** Translates paths of `spec` into paths of the blueprint. */
  locate: Locate;
  /** Sources that exist for this environment alone, by name; the others are shared. */
  ownSources: ReadonlySet<string>;
}

/**
 * The scopes of a blueprint: one for each environment, or one for the whole. It stops at the environment with which
 * they have more than `max` components, for a blueprint of many layers and environments could exhaust the memory.
 */
export function expandScopes(spec: SpecType, namespace: string, max: number, problems: Problems): Scope[] {
  const environments = spec.environments ?? [];
  if (environments.length === 0) return [wholeScope(spec, namespace)];
  checkOrder(environments, problems);
  const overridden = new Set(environments.flatMap(({ sources = [] }) => sources.map(({ name }) => name)));
  const scopes: Scope[] = [];
  for (const [i, environment] of environments.entries()) {
    const path = itemPath('spec.environments', i);
    scopes.push(expandScope(spec, namespace, environment, path, overridden, problems));
    if (countComponents(scopes) > max) break;
  }
  return scopes;
}

/** How many components the scopes have, before any of them is looked at. */
export function countComponents(scopes: readonly Scope[]): number {
  const layers = scopes.flatMap(({ spec }) => spec.layers ?? []);
  return layers.reduce((sum, { components }) => sum + (components?.length ?? 1), 0);
}

/** The blueprint without its environments: what they share is drafted from it. */
export function wholeScope(spec: SpecType, namespace: string): Scope {
  return {
    environment: undefined,
    suffix: '',
    after: undefined,
    spec,
    namespace,
    namespacePath: undefined,
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
  const spec = mergeEnvironment(base, environment, path, moves, problems);
  const locate: Locate = (at) => moves.locate(at);
  const local = problems.within({ locate, environment: environment.name });
  let unsound = 0;
  const report = (rule: string, steps: Steps, message: string): void => {
    local.add(rule, joinPath('', steps), message);
    if (isUnsound(rule, steps)) unsound += 1;
  };
  checkSchema(Spec as unknown as Schema, spec, report, ['spec']);
  if (unsound > 0) local.markUnchecked();
  return {
    environment: environment.name,
    suffix: environment.suffix ?? `-${environment.name}`,
    after: environment.after,
    // What is not sound is refused already; only what everybody relies on is kept.
    spec: unsound === 0 ? spec : {},
    namespace: environment.namespace ?? namespace,
    namespacePath: environment.namespace === undefined ? undefined : `${path}.namespace`,
    remote: environment.kubeConfig !== undefined,
    locate,
    ownSources,
  };
}

/** The blueprint's spec with what an environment says merged over it; items that it does not touch are not copied. */
function mergeEnvironment(
  base: SpecType,
  environment: Environment,
  path: string,
  moves: Moves,
  problems: Problems,
): JsonObject {
  const lists = base as unknown as JsonObject;
  const rest = { ...base, environments: undefined, sources: undefined, layers: undefined };
  const spec = clone(rest as unknown as JsonObject);
  const override = new Override(moves, problems, objectIn(spec, 'defaults'));
  for (const field of ['variables', 'defaults', 'secrets', 'serviceAccountName'] as const) {
    const value = environment[field] as Json | undefined;
    if (value !== undefined) override.field(spec, field, value, 'spec', `${path}.${field}`);
  }
  for (const field of ['kubeConfig', 'suspend'] as const)
    inheritByDefaults(spec, environment[field] as Json | undefined, field, path, moves);
  for (const what of ['sources', 'layers'] as const) {
    spec[what] = override.list({
      what,
      base: own(lists, what),
      overrides: environment[what] ?? [],
      at: `spec.${what}`,
      path: `${path}.${what}`,
      layer: '',
    });
  }
  bridgeOmitted(spec, override.omitted, moves);
  return spec;
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
    // Not suspended is no value of its own: Flux's `suspend` is written only where someone asks for it.
    if (value === false) Reflect.deleteProperty(objectIn(defaults, block), field);
    else objectIn(defaults, block)[field] = clone(value);
    moves.note(`spec.defaults.${block}.${field}`, `${path}.${field}`);
  }
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
