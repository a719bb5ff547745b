import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { valueAt } from '../values/json.ts';
import type { ComponentKind } from './kind.ts';

/** An item of `secrets.externalSecrets` → ExternalSecret. */
export const externalSecret: ComponentKind = {
  group: 'external-secrets.io',
  kind: 'ExternalSecret',
  block: 'externalSecret',
  defaults: {},
  merge: { unions: [] },
  inherit: () => [],
  complete: () => undefined,
};

/** The object that an ExternalSecret writes. */
export interface SecretTarget {
  /** Equal for two ExternalSecrets that write the same object. */
  key: string;
  /** The object as people name it: `Secret apps/app-secrets`. */
  display: string;
  /** `target.creationPolicy`, with the default of its CRD, `Owner`. */
  creationPolicy: string;
}

/** The object that an ExternalSecret of this spec and name writes: a Secret, unless its target names another kind. */
export function secretTargetOf(spec: JsonObject, object: { namespace: string; name: string }): SecretTarget {
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
 * Whether two ExternalSecrets that write the same object undo each other's work: an owned object takes no keys from
 * others, and two that each write the whole object overwrite each other.
 */
export function contestsTarget(a: SecretTarget, b: SecretTarget): boolean {
  const policies = [a.creationPolicy, b.creationPolicy];
  if (a.key !== b.key || policies.includes('None')) return false;
  return policies.includes('Owner') || policies.every((policy) => policy === 'Orphan');
}
