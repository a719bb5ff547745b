import { objectKey } from '../../../api/object.ts';
import type { Environment, Spec } from '../../../api/schema/spec.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import type { Steps } from '../../values/path.ts';
import { valueAt } from '../../values/json.ts';
import { memoize } from '../../values/memoize.ts';
import { checkAlertProviders } from './alert-provider.ts';
import { checkProvider, checkReceiver } from './notification-needs.ts';
import { type Breach, warn } from '../model/finding.ts';
import type { LintInput, LintRule, Observed } from '../model/input.ts';
import { type Reference, referencesOf } from './references.ts';
import { specField } from '../model/spec-field.ts';

/**
 * References to what is missing:
 * - A generated object names a Secret, ConfigMap or ServiceAccount that does not exist or lacks the key that Flux
 *   reads.
 * - A provider or receiver lacks something that its type needs.
 * - The Provider of an alert does not exist.
 *
 * All objects inherit the references of a blueprint, but a reference is local to its namespace. The same name can exist
 * in one namespace and be missing in the next. Optional references, what an ExternalSecret of the blueprint makes, and
 * the age key that the operator makes itself are never missing. The severity is `warning`, because a layer or a person
 * may still create the object.
 */
export const missingReference: LintRule = {
  id: 'missing-reference',
  needsCluster: true,
  find: (input, report) => {
    const { desired, observed } = input;
    for (const object of desired.objects) {
      checkProvider(object, observed).forEach(report);
      checkReceiver(object, observed).forEach(report);
    }
    checkAlertProviders(input, report);
    if (observed === undefined) return;
    const lookup = { input, observed, coming: indexComing(input) };
    for (const object of desired.objects)
      for (const reference of referencesOf(object)) checkReference(object, reference, lookup).forEach(report);
    checkAccount(input, observed).forEach(report);
  },
};

/** What decides whether a reference is missing. */
interface Lookup {
  input: LintInput;
  observed: Observed;
  /** The keys of objects that do not exist yet and are not missing: {@link indexComing}. */
  coming: ReadonlySet<string>;
}

function checkReference(object: DesiredObject, reference: Reference, lookup: Lookup): Breach[] {
  const { input, observed, coming } = lookup;
  const { kind, namespace, name } = reference;
  if (coming.has(objectKey(kind, namespace, name)) || isAccountOf(input.blueprint, reference)) return [];
  const path = object.originOf(reference.steps);
  if (observed.exists(kind, namespace, name) === false) {
    if (reference.optional) return [];
    const what = `needs ${kind} ${namespace}/${name}, which is not there`;
    return [warn(path, `${what}: ${remedyFor(reference, observed, input)}`, 'cluster')];
  }
  const lacking = lackingKey(reference, observed);
  if (lacking === undefined) return [];
  const what = `needs ${lacking} in ${kind} ${namespace}/${name}, which is there without`;
  return [warn(path, `${what}; add it`, 'cluster')];
}

/** Checks the account that the operator writes as, even if nothing is generated in its namespace. */
function checkAccount({ blueprint }: LintInput, observed: Observed): Breach[] {
  const name = blueprint.spec.serviceAccountName;
  const namespace = blueprint.metadata.namespace ?? '';
  if (name === undefined || observed.exists('ServiceAccount', namespace, name) !== false) return [];
  const what = `needs ServiceAccount ${namespace}/${name}, which is not there`;
  const remedy = 'make it, with the rights to write what the blueprint asks for';
  return [warn('spec.serviceAccountName', `${what}: ${remedy}`, 'cluster')];
}

/** Whether a reference names the account of the blueprint, which {@link checkAccount} reports once for all objects. */
function isAccountOf(
  { metadata, spec }: LintInput['blueprint'],
  { kind, namespace, name }: Reference,
): boolean {
  return kind === 'ServiceAccount' && namespace === metadata.namespace && name === spec.serviceAccountName;
}

function remedyFor(reference: Reference, observed: Observed, { blueprint }: LintInput): string {
  const { kind, namespace, name, steps } = reference;
  const home = blueprint.metadata.namespace ?? '';
  const optional = reference.canBeOptional ? ', or mark it `optional: true`' : '';
  if (namespace === home || observed.exists(kind, home, name) !== true) return `make one there${optional}`;
  // `serviceAccountName` must not be unset: the object would be applied with other, perhaps greater rights.
  const field = INHERITED.find((at) => at.split('.').every((step, i) => steps[i] === step));
  const unset = field === undefined ? '' : `, or do without by \`unset: [${field}]\``;
  return `there is one in ${home}, but such a reference is local to its namespace; make one there too${optional}${unset}`;
}

/** Fields with references that every Kustomization inherits and may unset. */
const INHERITED: readonly string[] = ['decryption', 'postBuild.substituteFrom'];

/** Names the key that Flux needs and the Secret or ConfigMap lacks; undefined if it lacks none or is not known. */
function lackingKey(
  { kind, namespace, name, steps, key }: Reference,
  observed: Observed,
): string | undefined {
  if (kind === 'ServiceAccount') return undefined;
  const keys = observed.keysOf?.(kind, namespace, name);
  if (keys === undefined) return undefined;
  const { all, decrypt } = indexKeys(keys);
  if (steps[0] === 'decryption') return decrypt ? undefined : 'a key such as `age.agekey`';
  const wanted = wantedKeys(steps, key);
  if (wanted.length === 0 || wanted.some((one) => all.has(one))) return undefined;
  return `the key ${wanted.join(' or ')}`;
}

/** The keys of a Secret or ConfigMap, and whether one of them decrypts; found once for all objects that refer to it. */
const indexKeys = memoize((keys: readonly string[]) => ({
  all: new Set(keys),
  decrypt: keys.some(isDecryptionKey),
}));

/** Lists the keys of which Flux needs one; empty if it needs no particular key. */
function wantedKeys(steps: Steps, key: string | undefined): readonly string[] {
  if (steps[0] === 'kubeConfig' && steps[1] === 'secretRef')
    return key === undefined ? ['value', 'value.yaml'] : [key];
  return steps[0] === 'valuesFrom' && key !== undefined ? [key] : [];
}

/** Whether kustomize-controller reads a key of a decryption Secret (its `internal/decryptor`). */
function isDecryptionKey(key: string): boolean {
  return /\.(?:agekey|asc)$|^sops\.(?:vault-token|aws-kms|azure-kv|gcp-kms)$/.test(key);
}

/** Collects the keys of objects that the operator or External Secrets will make. */
function indexComing({ blueprint, desired }: LintInput): Set<string> {
  const coming = new Set<string>();
  for (const object of desired.objects) {
    const { kind, namespace = '', name } = object.ref;
    coming.add(objectKey(kind, namespace, name));
    const target = specField(object, 'target', 'name');
    if (kind === 'ExternalSecret')
      coming.add(objectKey('Secret', namespace, typeof target === 'string' ? target : name));
    const key = specField(object, 'decryption', 'secretRef', 'name');
    if (typeof key === 'string' && generatesKey(object, blueprint))
      coming.add(objectKey('Secret', namespace, key));
  }
  return coming;
}

/** Whether the operator makes the age key of an object. It does so in the namespace of the blueprint or environment. */
function generatesKey(object: DesiredObject, { metadata, spec }: LintInput['blueprint']): boolean {
  const environment = spec.environments?.find(({ name }) => name === object.environment);
  const home = environment?.namespace ?? metadata.namespace;
  return object.ref.namespace === home && asksForKey(spec, environment);
}

function asksForKey(spec: Spec, environment: Environment | undefined): boolean {
  const generate = valueAt(environment?.secrets?.sops, ['age', 'generate']);
  return (generate ?? spec.secrets?.sops?.age?.generate) === true;
}
