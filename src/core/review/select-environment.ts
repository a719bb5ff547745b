import type { DesiredState } from '../objects/desired.ts';
import { suggest } from '../values/suggest.ts';

/**
 * The part of what blueprints become that one environment needs: its own objects, and those that are of no environment,
 * such as the sources that all share. Of a blueprint without an environment of that name nothing is left.
 *
 * @returns what is left of each, in the same order; or a message, if none has such an environment
 */
export function selectEnvironment(states: readonly DesiredState[], name: string): DesiredState[] | string {
  const known = new Set(
    states.flatMap(({ environments }) => environments.map((environment) => environment.name)),
  );
  if (!known.has(name)) return `no environment is named ${JSON.stringify(name)}${suggest(name, [...known])}`;
  return states.map((state) =>
    state.environments.some((environment) => environment.name === name)
      ? { ...state, objects: state.objects.filter(({ environment }) => (environment ?? name) === name) }
      : { ...state, objects: [] },
  );
}
