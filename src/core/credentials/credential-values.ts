/** Words that appear in place of a credential and are none themselves. */
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

/** The start of a value that SOPS encrypted. */
const CIPHERTEXT = /^ENC\[AES256_GCM,/;

/** Whether SOPS encrypted a value. */
export function isEncrypted(text: string): boolean {
  return CIPHERTEXT.test(text);
}

/**
 * Texts that refer to a value elsewhere: ciphertext of SOPS; templates; variables of shells and Kubernetes; the
 * notations of Vault, vals, 1Password, Grafana and others for a secret; files; addresses; ARNs.
 */
const REFERENCES: readonly RegExp[] = [
  CIPHERTEXT,
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

/** A variable of Flux's envsubst with an optional default: `${NAME}`, `${NAME:=default}`. */
const VARIABLE = /\$\{[A-Za-z_]\w{0,127}(?::?[-=]([^}]{0,512}))?\}/g;

/** Whether a text is no credential itself: it is empty, a word such as `true`, or a reference to a value elsewhere. */
export function isReference(text: string): boolean {
  const value = text.trim();
  if (value === '' || WORDS.has(value.toLowerCase())) return true;
  let variables = 0;
  for (const [, literal = ''] of value.matchAll(VARIABLE)) {
    // The default of a variable is plain text.
    if (literal !== '' && !isReference(literal)) return false;
    variables += 1;
  }
  return variables > 0 || REFERENCES.some((pattern) => pattern.test(value));
}

/** Whether a text is a number, a duration or a size. */
export function isQuantity(text: string): boolean {
  return /^\d{1,20}(?:\.\d{1,20})?(?:ms|[smhd%]|[KMGT]i?B?)?$/i.test(text.trim());
}

/**
 * Whether a text looks like the name of an object and not like random characters: `grafana-admin`, `db.tls`. With
 * `several`, a single word does not count as a name.
 */
export function isObjectName(text: string, words: 'one' | 'several'): boolean {
  if (text.length > 253) return false;
  const parts = text.split(/[-.]/);
  if (words === 'several' && parts.length < 2) return false;
  return parts.every((part) => /^(?:[a-z]{1,24}|v?\d{1,3}|[a-z]{2,12}\d{1,2})$/.test(part));
}
