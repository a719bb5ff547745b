import type { Json } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import type { Steps } from '../../values/path.ts';
import { isObject, own } from '../../values/json.ts';
import { specField } from '../model/spec-field.ts';

/** A Secret, ConfigMap or ServiceAccount that a generated object names, in its own namespace. */
export interface Reference {
  kind: 'Secret' | 'ConfigMap' | 'ServiceAccount';
  namespace: string;
  name: string;
  /** Where in the object's spec it is named. */
  steps: Steps;
  /** Whether Flux does without it. */
  optional: boolean;
  /** Whether the reference itself can say `optional: true`. */
  canBeOptional: boolean;
  /** The key that is read, where the reference names one or Flux has a default. */
  key?: string;
}

/** Fields whose content is not Flux's: names in it are not references of the object. */
const FOREIGN: ReadonlySet<string> = new Set([
  'values',
  'patches',
  'postRenderers',
  'substitute',
  'healthChecks',
]);

const REFERENCE = /(^s|S)ecretRef$/;

/**
 * The references of an object. Flux's kinds name them alike: `secretRef` and `…SecretRef`, `configMapRef`,
 * `serviceAccountName`, and the lists `substituteFrom` and `valuesFrom`. Other groups' kinds are not read.
 */
export function referencesOf(object: DesiredObject): Reference[] {
  const spec = object.manifest['spec'];
  if (!/^[^/]+\.toolkit\.fluxcd\.io\//.test(object.ref.apiVersion) || !isObject(spec)) return [];
  const found: Reference[] = [];
  collect(spec, [], object, found);
  return found;
}

function collect(value: JsonObject, steps: Steps, object: DesiredObject, found: Reference[]): void {
  for (const [field, content] of Object.entries(value)) {
    if (content === undefined || FOREIGN.has(field)) continue;
    const at = [...steps, field];
    if (field === 'serviceAccountName') noteAccount(content, at, object, found);
    else if (field === 'configMapRef') note('ConfigMap', content, at, object, found);
    else if (REFERENCE.test(field)) note('Secret', content, at, object, found);
    else if (field === 'substituteFrom' || field === 'valuesFrom') noteList(content, at, object, found);
    else if (isObject(content)) collect(content, at, object, found);
  }
}

/** With `kubeConfig` Flux acts as an account of the other cluster, where nobody looked. */
function noteAccount(content: Json, steps: Steps, object: DesiredObject, found: Reference[]): void {
  if (typeof content !== 'string' || content === '') return;
  if (steps.length === 1 && specField(object, 'kubeConfig') !== undefined) return;
  const namespace = object.ref.namespace ?? '';
  found.push({
    kind: 'ServiceAccount',
    namespace,
    name: content,
    steps,
    optional: false,
    canBeOptional: false,
  });
}

function note(
  kind: 'Secret' | 'ConfigMap',
  content: Json,
  steps: Steps,
  object: DesiredObject,
  found: Reference[],
): void {
  const name = isObject(content) ? own(content, 'name') : undefined;
  if (!isObject(content) || typeof name !== 'string') return;
  const key = own(content, 'key');
  found.push({
    kind,
    namespace: object.ref.namespace ?? '',
    name,
    steps: [...steps, 'name'],
    optional: own(content, 'optional') === true,
    canBeOptional: false,
    ...(typeof key === 'string' ? { key } : {}),
  });
}

function noteList(content: Json, steps: Steps, object: DesiredObject, found: Reference[]): void {
  if (!Array.isArray(content)) return;
  content.forEach((entry, i) => {
    if (!isObject(entry)) return;
    const [kind, name, valuesKey] = ['kind', 'name', 'valuesKey'].map((field) => own(entry, field));
    if ((kind !== 'Secret' && kind !== 'ConfigMap') || typeof name !== 'string') return;
    const key = typeof valuesKey === 'string' ? valuesKey : 'values.yaml';
    found.push({
      kind,
      namespace: object.ref.namespace ?? '',
      name,
      steps: [...steps, i, 'name'],
      optional: own(entry, 'optional') === true,
      canBeOptional: true,
      ...(steps.at(-1) === 'valuesFrom' ? { key } : {}),
    });
  });
}
