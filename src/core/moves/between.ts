import type { Spec } from '../../api/schema/spec.ts';
import type { DesiredObject } from '../objects/desired.ts';
import { type Place, parsePlace, placeOfTitle } from './stated.ts';

/** An object of an inventory, as far as its labels and name tell where it stands. */
export interface Placed {
  /** Undefined where nobody knows it: then the name alone tells. */
  layer: string | undefined;
  name: string;
}

/**
 * Whether a blueprint lets an object go because it names its component in `released`. What stands beside a component
 * under its name, such as a source in place, goes with it.
 *
 * @returns undefined where the blueprint releases nothing
 */
export function findReleased({
  released = [],
  environments = [],
}: Pick<Spec, 'released' | 'environments'>): ((object: Placed) => boolean) | undefined {
  if (released.length === 0) return undefined;
  const suffixes = new Map(environments.map(({ name, suffix }) => [name, suffix ?? `-${name}`]));
  const keys = new Set(released.flatMap((text) => namesOf(parsePlace(text), suffixes)));
  const names = new Set([...keys].map((key) => key.slice(key.indexOf('/') + 1)));
  return ({ layer, name }) => (layer === undefined ? names.has(name) : keys.has(`${layer}/${name}`));
}

/** The names that the objects of a component may have, with its layer before them. */
function namesOf({ layer, component, environment }: Place, suffixes: ReadonlyMap<string, string>): string[] {
  const named =
    environment === undefined ? [...suffixes.values(), ''] : [suffixes.get(environment) ?? `-${environment}`];
  return named.map((suffix) => `${layer}/${component}${suffix}`);
}

/** What a blueprint takes over from others: the key of the other blueprint, and the place of the component here. */
export interface Takeover {
  /** `namespace/name`. */
  blueprint: string;
  to: Place;
}

/** What a blueprint in a namespace states to take over. */
export function listTakeovers({ moved = [] }: Pick<Spec, 'moved'>, namespace: string): Takeover[] {
  return moved.flatMap(({ to, blueprint }) =>
    blueprint === undefined
      ? []
      : [
          {
            blueprint: blueprint.includes('/') ? blueprint : `${namespace}/${blueprint}`,
            to: parsePlace(to),
          },
        ],
  );
}

/**
 * Whether a blueprint takes over an object that another one let go: both must say so.
 *
 * @param letGoBy the blueprint that let the object go, by its annotation
 */
export function isTakenOver(takeovers: readonly Takeover[], object: DesiredObject, letGoBy: string): boolean {
  const place = placeOfTitle(object.title);
  return takeovers.some(({ blueprint, to }) => {
    if (blueprint !== letGoBy || to.layer !== object.layer) return false;
    if (to.environment !== undefined && to.environment !== object.environment) return false;
    const { component } = to;
    return place.component === component || object.ref.name === component;
  });
}
