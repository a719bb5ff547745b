import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { configMap } from '../../kinds/config-map.ts';
import type { Item } from '../model/item.ts';
import { clone, emptyObject, isObject, own } from '../../values/json.ts';
import { itemPath } from '../../values/path.ts';
import type { Problems } from '../../validation/problem.ts';
import { KEY_FIELDS, type Sops, checkSops, readKeys } from './check-sops.ts';
import { toYaml } from '../../yaml/write-yaml.ts';

/** The key in the ConfigMap, and the file's name in a repository. */
const SOPS_FILE = '.sops.yaml';

/**
 * Fills in rules that leave fields out. By SOPS' own defaults `metadata` is encrypted too, so that Flux cannot read it.
 */
const DEFAULTS = { path_regex: '.*\\.ya?ml$', encrypted_regex: '^(data|stringData)$' };

/**
 * Drafts the ConfigMap `<blueprint>-sops`. It holds the `.sops.yaml` to commit beside encrypted files. Undefined while
 * no key is known to encrypt to. `recipient` is the public key of the generated key pair, once that exists.
 */
export function draftSops(
  sops: Sops | undefined,
  blueprint: { name: string; namespace: string },
  recipient: string | undefined,
  problems: Problems,
): Item | undefined {
  if (sops === undefined) return undefined;
  checkSops(sops, problems);
  const recipients = [...(recipient === undefined ? [] : [recipient]), ...(sops.age?.recipients ?? [])];
  const written = (sops.creationRules ?? []) as JsonObject[];
  const rules = (written.length === 0 ? [emptyObject()] : written).map((rule) =>
    completeRule(rule, recipients),
  );
  if (rules.some((rule) => !namesKey(rule))) {
    if (written.length > 0) refuseWithoutKey(rules, sops, problems);
    return undefined;
  }
  const path = 'spec.secrets.sops';
  return {
    kind: configMap,
    name: `${blueprint.name}-sops`,
    namespace: blueprint.namespace,
    namespacePath: path,
    title: 'secrets/sops',
    path,
    specPath: path,
    locate: (at) => at,
    overlays: [],
    spec: emptyObject(),
    body: { data: { [SOPS_FILE]: toYaml({ creation_rules: rules }) } },
  };
}

/**
 * A rule with our recipients and the defaults that Flux recommends. Groups of keys win over the keys beside them, so
 * each group gets our recipients: Flux could not decrypt alone otherwise.
 */
function completeRule(rule: JsonObject, recipients: readonly string[]): JsonObject {
  const complete = clone(rule);
  const selects = Object.keys(rule).some((field) =>
    /^(un)?encrypted_(regex|suffix)$|_comment_regex$/.test(field),
  );
  complete['path_regex'] ??= DEFAULTS.path_regex;
  if (!selects) complete['encrypted_regex'] = DEFAULTS.encrypted_regex;
  const groups = own(complete, 'key_groups');
  if (Array.isArray(groups) && groups.length > 0) {
    for (const group of groups) if (isObject(group)) addToGroup(group, recipients);
    return complete;
  }
  const all = [...readKeys(own(rule, 'age')), ...recipients];
  if (all.length > 0) complete['age'] = [...new Set(all)].join(',');
  return complete;
}

function addToGroup(group: JsonObject, recipients: readonly string[]): void {
  const all = [...readKeys(own(group, 'age')), ...recipients];
  if (all.length > 0) group['age'] = [...new Set(all)];
}

/** An empty field names none: SOPS reads the next one. */
function namesKey(rule: JsonObject): boolean {
  return KEY_FIELDS.some((field) => {
    const value = own(rule, field);
    return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
  });
}

function refuseWithoutKey(rules: readonly JsonObject[], sops: Sops, problems: Problems): void {
  // Once the key pair exists, its recipient is added to every rule.
  if (sops.age?.generate === true) return;
  rules.forEach((rule, i) => {
    if (namesKey(rule)) return;
    problems.add(
      'missing-field',
      itemPath('spec.secrets.sops.creationRules', i),
      `names no key to encrypt to: give one of ${KEY_FIELDS.join(', ')}, or \`age.recipients\` or \`age.generate\` beside the rules`,
    );
  });
}
