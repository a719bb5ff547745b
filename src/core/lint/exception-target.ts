import type { Spec } from '../../api/schema/spec.ts';
import { isObject, own } from '../values/json.ts';

/** The path of an item in a list of the blueprint or of one of its environments. */
const ITEM =
  /^spec(?:\.environments\[(\d+)\])?(?:\.(sources|layers|namespaces|notifications\.(?:providers|alerts|receivers)|secrets\.externalSecrets)\[(\d+)\](?:\.components\[(\d+)\])?)?/;

/**
 * Names the target of a path as exceptions do: `sources/fleet`, `apps` for a layer, `apps/shop` for a component,
 * `alerts/on-call`, `externalSecrets/app-secrets`, `environments/staging` for the fields of a whole environment, and
 * otherwise the field of the spec (`variables`, `defaults`, `secrets/sops`). Items of an environment have the same
 * names as those of the blueprint.
 */
export function targetOf(spec: Spec, path: string): string {
  const [, environment, list, index, component] = ITEM.exec(path) ?? [];
  const scope =
    environment === undefined ? (spec as unknown) : itemAt(spec, ['environments'], Number(environment));
  if (list === undefined) {
    return environment === undefined ? fieldOf(path) : `environments/${nameOf(scope)}`;
  }
  const steps = list.split('.');
  const item = itemAt(scope, steps, Number(index));
  if (list !== 'layers') return `${steps.at(-1) ?? list}/${nameOf(item)}`;
  if (component === undefined) return nameOf(item);
  return `${nameOf(item)}/${nameOf(itemAt(item, ['components'], Number(component)))}`;
}

function fieldOf(path: string): string {
  if (path.startsWith('spec.secrets.sops')) return 'secrets/sops';
  return /^spec\.([A-Za-z]+)/.exec(path)?.[1] ?? 'blueprint';
}

function itemAt(parent: unknown, steps: readonly string[], index: number): unknown {
  let at: unknown = parent;
  for (const step of steps) at = isObject(at) ? own(at, step) : undefined;
  return Array.isArray(at) ? at[index] : undefined;
}

function nameOf(item: unknown): string {
  const name = isObject(item) ? own(item, 'name') : undefined;
  return typeof name === 'string' ? name : '';
}
