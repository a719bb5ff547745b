import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { valueAt } from '../values/json.ts';

/** What an ExternalSecret makes. */
export interface SecretTarget {
  /** The same for two that make the same object. */
  key: string;
  /** The object as people name it: `Secret apps/app-secrets`. */
  display: string;
  /** `target.creationPolicy`, with the default of its CRD. */
  creationPolicy: string;
}

/** What an ExternalSecret of this spec and name makes: a Secret, unless its target is an object of another kind. */
export function targetOf(spec: JsonObject, object: { namespace: string; name: string }): SecretTarget {
  const [name, apiVersion, kind, policy] = [
    ['name'],
    ['manifest', 'apiVersion'],
    ['manifest', 'kind'],
    ['creationPolicy'],
  ]
    .map((steps) => valueAt(spec, ['target', ...steps]))
    .map((value) => (typeof value === 'string' ? value : undefined));
  const display = `${kind ?? 'Secret'} ${object.namespace}/${name ?? object.name}`;
  return { key: `${apiVersion ?? 'v1'} ${display}`, display, creationPolicy: policy ?? 'Owner' };
}

/**
 * Whether two that make the same object quarrel about it: one that is owned takes no keys of others, and two that each
 * make the whole of it undo each other.
 */
export function contestsTarget(a: SecretTarget, b: SecretTarget): boolean {
  const policies = [a.creationPolicy, b.creationPolicy];
  if (a.key !== b.key || policies.includes('None')) return false;
  return policies.includes('Owner') || policies.every((policy) => policy === 'Orphan');
}
