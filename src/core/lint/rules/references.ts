import type { Json } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import type { Steps } from '../../values/path.ts';
import { isObject, own } from '../../values/json.ts';
import { specField } from '../model/spec-field.ts';

/** A reference of a generated object to a Secret, ConfigMap or ServiceAccount in its own namespace. */
export interface Reference {
  kind: 'Secret' | 'ConfigMap' | 'ServiceAccount';
  namespace: string;
  name: string;
  /** The path of the name in the object's spec. */
  steps: Steps;
  /** Whether Flux works without it. */
  optional: boolean;
  /** Whether the reference itself can say `optional: true`. */
  canBeOptional: boolean;
  /** The key that Flux reads, if the reference names one or Flux has a default. */
  key?: string;
}

/** Fields with content that Flux does not interpret. Names in it are not references of the object. */
const OPAQUE: ReadonlySet<string> = new Set([
  'values',
  'patches',
  'postRenderers',
  'substitute',
  'healthChecks',
]);

const REFERENCE = /(^s|S)ecretRef$/;

/**
 * Finds the references of an object. Flux's kinds name them alike: `secretRef` and `…SecretRef`, `configMapRef`,
 * `serviceAccountName`, and the lists `substituteFrom` and `valuesFrom`. Returns none for kinds of other API groups.
 */
export function referencesOf(object: DesiredObject): Reference[] {
  const spec = object.manifest['spec'];
  if (!/^[^/]+\.toolkit\.fluxcd\.io\//.test(object.ref.apiVersion) || !isObject(spec)) return [];
  return referencesIn(spec, [], object);
}

function referencesIn(value: JsonObject, steps: Steps, object: DesiredObject): Reference[] {
  return Object.entries(value).flatMap(([field, content]) => {
    if (content === undefined || OPAQUE.has(field)) return [];
    const at = [...steps, field];
    if (field === 'serviceAccountName') return readAccount(content, at, object);
    if (field === 'configMapRef') return readReference('ConfigMap', content, at, object);
    if (REFERENCE.test(field)) return readReference('Secret', content, at, object);
    if (field === 'substituteFrom' || field === 'valuesFrom') return readList(content, at, object);
    return isObject(content) ? referencesIn(content, at, object) : [];
  });
}

/** With `kubeConfig`, Flux acts as an account of another cluster, about which nothing is known. */
function readAccount(content: Json, steps: Steps, object: DesiredObject): Reference[] {
  if (typeof content !== 'string' || content === '') return [];
  if (steps.length === 1 && specField(object, 'kubeConfig') !== undefined) return [];
  const namespace = object.ref.namespace ?? '';
  return [{ kind: 'ServiceAccount', namespace, name: content, steps, optional: false, canBeOptional: false }];
}

function readReference(
  kind: 'Secret' | 'ConfigMap',
  content: Json,
  steps: Steps,
  object: DesiredObject,
): Reference[] {
  const name = isObject(content) ? own(content, 'name') : undefined;
  if (!isObject(content) || typeof name !== 'string') return [];
  const key = own(content, 'key');
  return [
    {
      kind,
      namespace: object.ref.namespace ?? '',
      name,
      steps: [...steps, 'name'],
      optional: own(content, 'optional') === true,
      canBeOptional: false,
      ...(typeof key === 'string' ? { key } : {}),
    },
  ];
}

function readList(content: Json, steps: Steps, object: DesiredObject): Reference[] {
  if (!Array.isArray(content)) return [];
  return content.flatMap((entry, i): Reference[] => {
    if (!isObject(entry)) return [];
    const [kind, name, valuesKey] = ['kind', 'name', 'valuesKey'].map((field) => own(entry, field));
    if ((kind !== 'Secret' && kind !== 'ConfigMap') || typeof name !== 'string') return [];
    const key = typeof valuesKey === 'string' ? valuesKey : 'values.yaml';
    return [
      {
        kind,
        namespace: object.ref.namespace ?? '',
        name,
        steps: [...steps, i, 'name'],
        optional: own(entry, 'optional') === true,
        canBeOptional: true,
        ...(steps.at(-1) === 'valuesFrom' ? { key } : {}),
      },
    ];
  });
}
