import { objectId } from '../../../api/object.ts';
import type { Environment, Spec } from '../../../api/schema/spec.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import type { Steps } from '../../values/path.ts';
import { valueAt } from '../../values/json.ts';
import { judgeAlertProviders } from './alert-provider.ts';
import { judgeProvider, judgeReceiver } from './notification-needs.ts';
import type { Breach } from '../model/finding.ts';
import type { LintInput, LintRule, Observed } from '../model/input.ts';
import { type Reference, referencesOf } from './references.ts';
import { specField } from '../model/spec-field.ts';

/**
 * A Secret, ConfigMap or account that a generated object names and that is not there, or lacks the key that Flux
 * reads; what a provider or receiver of its type cannot do without; and the Provider of an alert. A blueprint's references are local to a
 * namespace and inherited everywhere, so that a thing can be there in one namespace and missing in the next.
 * What is optional, what an ExternalSecret of the blueprint makes, and the age key that the operator makes itself,
 * are not missing. A warning: it may come yet, from a layer or from people.
 */
export const missingReference: LintRule = {
  id: 'missing-reference',
  find: (input) => {
    const { desired, observed } = input;
    const needs = [
      ...desired.objects.flatMap((object) => [
        ...judgeProvider(object, observed),
        ...judgeReceiver(object, observed),
      ]),
      ...judgeAlertProviders(input),
    ];
    if (observed === undefined) return needs;
    const coming = indexComing(input);
    const references = desired.objects.flatMap((object) =>
      referencesOf(object).flatMap((reference) => judge(object, reference, observed, coming, input)),
    );
    return [...needs, ...references, ...judgeAccount(input, observed)];
  },
};

function judge(
  object: DesiredObject,
  reference: Reference,
  observed: Observed,
  coming: ReadonlySet<string>,
  input: LintInput,
): Breach[] {
  const { kind, namespace, name } = reference;
  if (coming.has(keyOf(kind, namespace, name)) || isAccountOf(input.blueprint, reference)) return [];
  const path = object.originOf(reference.steps);
  if (observed.exists(kind, namespace, name) === false) {
    if (reference.optional) return [];
    return [
      warning(
        path,
        `needs ${kind} ${namespace}/${name}, which is not there: ${remedyFor(reference, observed, input)}`,
      ),
    ];
  }
  const lacking = lackingKey(reference, observed);
  if (lacking === undefined) return [];
  return [warning(path, `needs ${lacking} in ${kind} ${namespace}/${name}, which is there without; add it`)];
}

/** The account that the operator writes as, whether or not anything is generated in its namespace. */
function judgeAccount({ blueprint }: LintInput, observed: Observed): Breach[] {
  const name = blueprint.spec.serviceAccountName;
  const namespace = blueprint.metadata.namespace ?? '';
  if (name === undefined || observed.exists('ServiceAccount', namespace, name) !== false) return [];
  const what = `needs ServiceAccount ${namespace}/${name}, which is not there`;
  return [
    warning(
      'spec.serviceAccountName',
      `${what}: make it, with the rights to write what the blueprint asks for`,
    ),
  ];
}

/** Told once, for the whole blueprint. */
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
  // Never to do without an account: the object would be applied with other rights, perhaps greater ones.
  const field = INHERITED.find((at) => at.split('.').every((step, i) => steps[i] === step));
  const unset = field === undefined ? '' : `, or do without by \`unset: [${field}]\``;
  return `there is one in ${home}, but such a reference is local to its namespace; make one there too${optional}${unset}`;
}

/** References that every Kustomization inherits and can do without. */
const INHERITED: readonly string[] = ['decryption', 'postBuild.substituteFrom'];

/** What Flux reads of a Secret or ConfigMap and does not find, where its keys are known. */
function lackingKey(
  { kind, namespace, name, steps, key }: Reference,
  observed: Observed,
): string | undefined {
  if (kind === 'ServiceAccount') return undefined;
  const keys = observed.keysOf?.(kind, namespace, name);
  if (keys === undefined) return undefined;
  if (steps[0] === 'decryption') return keys.some(isDecryptionKey) ? undefined : 'a key such as `age.agekey`';
  const wanted = wantedKeys(steps, key);
  if (wanted.length === 0 || wanted.some((one) => keys.includes(one))) return undefined;
  return `the key ${wanted.join(' or ')}`;
}

/** The keys of which Flux reads the first that is there; none where any will do, or it depends. */
function wantedKeys(steps: Steps, key: string | undefined): readonly string[] {
  if (steps[0] === 'kubeConfig' && steps[1] === 'secretRef')
    return key === undefined ? ['value', 'value.yaml'] : [key];
  return steps[0] === 'valuesFrom' && key !== undefined ? [key] : [];
}

/** The keys that kustomize-controller reads of a decryption Secret (`internal/decryptor`). */
function isDecryptionKey(key: string): boolean {
  return /\.(?:agekey|asc)$|^sops\.(?:vault-token|aws-kms|azure-kv|gcp-kms)$/.test(key);
}

/** What is not there yet because the operator or External Secrets are about to make it. */
function indexComing({ blueprint, desired }: LintInput): Set<string> {
  const coming = new Set<string>();
  for (const object of desired.objects) {
    const { kind, namespace = '', name } = object.ref;
    coming.add(keyOf(kind, namespace, name));
    const target = specField(object, 'target', 'name');
    if (kind === 'ExternalSecret')
      coming.add(keyOf('Secret', namespace, typeof target === 'string' ? target : name));
    const key = specField(object, 'decryption', 'secretRef', 'name');
    if (typeof key === 'string' && generatesKey(object, blueprint))
      coming.add(keyOf('Secret', namespace, key));
  }
  return coming;
}

/** Whether the operator makes the age key of an object: in the namespace of the blueprint or of its environment. */
function generatesKey(object: DesiredObject, { metadata, spec }: LintInput['blueprint']): boolean {
  const environment = spec.environments?.find(({ name }) => name === object.environment);
  const home = environment?.namespace ?? metadata.namespace;
  return object.ref.namespace === home && asksForKey(spec, environment);
}

function asksForKey(spec: Spec, environment: Environment | undefined): boolean {
  const generate = valueAt(environment?.secrets?.sops, ['age', 'generate']);
  return (generate ?? spec.secrets?.sops?.age?.generate) === true;
}

function keyOf(kind: string, namespace: string, name: string): string {
  return objectId({ apiVersion: 'v1', kind, namespace, name });
}

function warning(path: string, message: string): Breach {
  return { severity: 'warning', path, message, seenIn: 'cluster' };
}
