/**
 * Environments: each sees the blueprint with its overrides merged over it, as a {@link Scope}. Merging records where
 * every part was written (`source-map.ts`), so that problems point into the blueprint and not into the merged copy, and
 * closes the gaps in the order that omitted layers leave (`bridge.ts`). Begin with {@link expandScopes}.
 */
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { type Environment, Spec, type Spec as SpecType } from '../../../api/schema/spec.ts';
import { orderNodes } from '../../graph/order.ts';
import type { Report, Schema } from '../../validation/check-schema.ts';
import type { Locate, Problems } from '../../validation/problem.ts';
import { itemPath, joinPath } from '../../values/path.ts';
import { suggest } from '../../values/suggest.ts';
import { checkWritten, isUnsound } from '../model/soundness.ts';
import { mergeEnvironment } from './merge-environment.ts';

/** The blueprint as one environment sees it; without environments, the blueprint itself. */
export interface Scope {
  /** The environment; undefined where there are none. */
  environment: string | undefined;
  /** The suffix of the names of its objects; empty where there are no environments. */
  suffix: string;
  /** The spec with the overrides of the environment merged over it. */
  spec: SpecType;
  /** The namespace of objects that name none. */
  namespace: string;
  /** The path at which that was written; undefined where it is the blueprint's own. */
  namespacePath: string | undefined;
  /** Translates paths of `spec` into paths of the blueprint. */
  locate: Locate;
  /** The names of the sources that every environment has for itself; the others are shared. */
  ownSources: ReadonlySet<string>;
}

/**
 * The scopes of a blueprint: one for each environment, or one for the whole. Stops after the environment with which
 * they exceed `max` components, because a blueprint of many layers and environments could exhaust the memory.
 */
export function expandScopes(spec: SpecType, namespace: string, max: number, problems: Problems): Scope[] {
  const environments = spec.environments ?? [];
  const whole = wholeScope(spec, namespace);
  if (environments.length === 0) return [whole];
  checkOrder(environments, problems);
  const ownSources = new Set(environments.flatMap(({ sources = [] }) => sources.map(({ name }) => name)));
  const scopes: Scope[] = [];
  for (const [i, environment] of environments.entries()) {
    const path = itemPath('spec.environments', i);
    scopes.push(expandScope({ ...whole, ownSources }, environment, path, problems));
    if (countComponents(scopes) > max) break;
  }
  return scopes;
}

/** How many components the scopes have. It only counts, so that too many can be refused before they are drafted. */
export function countComponents(scopes: readonly Scope[]): number {
  const layers = scopes.flatMap(({ spec }) => spec.layers ?? []);
  return layers.reduce((sum, { components }) => sum + (components?.length ?? 1), 0);
}

/** The scope of the blueprint without its environments, from which shared items are drafted. */
export function wholeScope(spec: SpecType, namespace: string): Scope {
  return {
    environment: undefined,
    suffix: '',
    spec,
    namespace,
    namespacePath: undefined,
    locate: (path) => path,
    ownSources: new Set(),
  };
}

/** An environment, as far as the names of its objects go. */
type SuffixedEnvironment = Pick<Environment, 'name' | 'suffix'>;

/**
 * The environment of an object with this name: the one with the longest suffix that the name ends in. Undefined where
 * none fits. Holds for existing objects too, because the suffix of an environment cannot be changed.
 */
export function environmentOf(
  environments: readonly SuffixedEnvironment[],
  objectName: string,
): string | undefined {
  const [longest] = environments
    .map((environment) => ({ name: environment.name, suffix: suffixOf(environment) }))
    .filter(({ suffix }) => objectName.endsWith(suffix))
    .sort((a, b) => b.suffix.length - a.suffix.length);
  return longest?.name;
}

function suffixOf({ name, suffix }: SuffixedEnvironment): string {
  return suffix ?? `-${name}`;
}

function expandScope(whole: Scope, environment: Environment, path: string, problems: Problems): Scope {
  const { spec, sourceMap } = mergeEnvironment(whole.spec, environment, path, problems);
  const locate: Locate = (at) => sourceMap.locate(at);
  return {
    ...whole,
    environment: environment.name,
    suffix: suffixOf(environment),
    spec: checkMerged(spec, problems.within({ locate, environment: environment.name })),
    namespace: environment.namespace ?? whole.namespace,
    namespacePath: environment.namespace === undefined ? undefined : `${path}.namespace`,
    locate,
  };
}

/** Checks a merged spec. Later phases see an empty one in place of a spec that breaks what they rely on. */
function checkMerged(spec: JsonObject, problems: Problems): SpecType {
  let unsound = 0;
  const report: Report = (rule, steps, message) => {
    problems.add(rule, joinPath('', steps), message);
    if (isUnsound(rule, steps)) unsound += 1;
  };
  checkWritten(Spec as unknown as Schema, spec, report, { steps: ['spec'] });
  if (unsound === 0) return spec;
  problems.markUnchecked();
  return {};
}

/** Refuses an `after` that names no environment, and environments that wait for each other in a cycle. */
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
