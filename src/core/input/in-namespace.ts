import { emptyObject, isObject } from '../values/json.ts';

/** A blueprint in its own namespace or, if it has none, in `namespace`. It is never changed itself. */
export function inNamespace(blueprint: unknown, namespace: string): unknown {
  if (!isObject(blueprint)) return blueprint;
  const metadata = blueprint['metadata'];
  if (!isObject(metadata) || metadata['namespace'] !== undefined) return blueprint;
  return Object.assign(emptyObject(), blueprint, { metadata: { ...metadata, namespace } });
}

/** Whether a blueprint is in no namespace until it gets one by {@link inNamespace}. */
export function lacksNamespace(blueprint: unknown): boolean {
  return inNamespace(blueprint, 'default') !== blueprint;
}
