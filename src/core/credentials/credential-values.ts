/** Texts that say whether there is a credential, or that there is none, and are none themselves. */
const WORDS: ReadonlySet<string> = new Set([
  'auto',
  'disabled',
  'enabled',
  'false',
  'generated',
  'nil',
  'no',
  'none',
  'null',
  'off',
  'on',
  'redacted',
  'true',
  'yes',
  '~',
]);

/**
 * Texts that stand for a value which is elsewhere: SOPS' ciphertext; templates; shell and Kubernetes variables;
 * the notations by which Vault, vals, 1Password, Grafana and others name a secret; files; addresses; ARNs.
 */
const REFERENCES: readonly RegExp[] = [
  /^ENC\[AES256_GCM,/,
  /\{\{/,
  /\$\(/,
  /^\$[A-Za-z_]\w*$/,
  /^\$__\w+\{/,
  /^<[^<>]+>$/,
  /^[*x•.]+$/i,
  /^(?:ref\+)?[a-z][a-z0-9+.-]{0,32}:\/\//i,
  /^(?:arn|awssm|azkv|env|file|gcpsm|op|secretref|ssm|vault):/i,
  /^\.{0,2}\/[\w.-]+(?:\/[\w.-]+)+$/,
  // The name of an environment variable.
  /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/,
];

/** A variable of Flux's envsubst, with the default it may have: `${NAME}`, `${NAME:=default}`. */
const VARIABLE = /\$\{[A-Za-z_]\w{0,127}(?::?[-=]([^}]{0,512}))?\}/g;

/** Whether a text is no credential of its own: empty, a word such as `true`, or a reference to one. */
export function isReference(text: string): boolean {
  const value = text.trim();
  if (value === '' || WORDS.has(value.toLowerCase())) return true;
  const variables = [...value.matchAll(VARIABLE)];
  if (variables.length > 0) {
    // The default of a variable is as plain as any other text.
    return variables.every(([, literal = '']) => literal === '' || isReference(literal));
  }
  return REFERENCES.some((pattern) => pattern.test(value));
}

/** Whether a text is a number, a duration or a size. */
export function isQuantity(text: string): boolean {
  return /^\d{1,20}(?:\.\d{1,20})?(?:ms|[smhd%]|[KMGT]i?B?)?$/i.test(text.trim());
}

/** Whether a text looks like the name of an object rather than like anything random: `grafana-admin`, `db.tls`. */
export function isObjectName(text: string, words: 'one' | 'several'): boolean {
  if (text.length > 253) return false;
  const parts = text.split(/[-.]/);
  if (words === 'several' && parts.length < 2) return false;
  return parts.every((part) => /^(?:[a-z]{1,24}|v?\d{1,3}|[a-z]{2,12}\d{1,2})$/.test(part));
}
