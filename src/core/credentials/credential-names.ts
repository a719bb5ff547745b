import { isObjectName, isQuantity, isReference } from './credential-values.ts';

/** The longest name to check, in characters. */
const MAX_NAME = 128;

/** Last words of names of passwords. Any value but a reference counts as one, even a number. */
const PASSWORDS: ReadonlySet<string> = new Set([
  'pass',
  'passcode',
  'passphrase',
  'passwd',
  'password',
  'passwords',
  'pwd',
]);

/** Last words of names of other credentials: one word, or two written together. */
const CREDENTIALS: ReadonlySet<string> = new Set([
  'token',
  'tokens',
  'apikey',
  'apikeys',
  'privatekey',
  'clientsecret',
  'consumersecret',
  'cookiesecret',
  'hmacsecret',
  'jwtsecret',
  'sessionsecret',
  'sharedsecret',
  'webhooksecret',
  'accesskey',
  'accesskeysecret',
  'accountkey',
  'authkey',
  'encryptionkey',
  'masterkey',
  'sharedkey',
  'signingkey',
]);

/** Last words of names that mean a credential as often as the name of a Secret or of one of its keys. */
const AMBIGUOUS: ReadonlySet<string> = new Set([
  'secret',
  'secretkey',
  'secretkeys',
  'credential',
  'credentials',
]);

/** Earlier words that give a name another meaning: `existingSecret`, `MAX_TOKENS`, `proxyPass`. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'allow',
  'auto',
  'create',
  'disable',
  'enable',
  'existing',
  'external',
  'forgot',
  'from',
  'generate',
  'has',
  'hide',
  'is',
  'max',
  'min',
  'no',
  'num',
  'proxy',
  'public',
  'pull',
  'require',
  'reset',
  'show',
  'skip',
  'total',
  'use',
  'with',
]);

type Kind = 'password' | 'credential' | 'ambiguous' | 'header';

/** Splits a name of any spelling into words: `adminPassword`, `ADMIN_PASSWORD`, `admin-password`, `password2`. */
function wordsOf(name: string): string[] {
  const words = name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [];
  const last = words.findLastIndex((word) => !/^\d/.test(word));
  return words.slice(0, last + 1).map((word) => word.toLowerCase());
}

/** Classifies a name by its last words; undefined if it names no credential. */
function kindOf(name: string): Kind | undefined {
  if (name.length > MAX_NAME) return undefined;
  const words = wordsOf(name);
  const end = words.at(-1) ?? '';
  const pair = words.slice(-2).join('');
  if (words.slice(0, -1).some((word) => ELSEWHERE.has(word))) return undefined;
  if (end === 'authorization') return 'header';
  if (PASSWORDS.has(end)) return 'password';
  if (CREDENTIALS.has(end) || CREDENTIALS.has(pair)) return 'credential';
  return AMBIGUOUS.has(end) || AMBIGUOUS.has(pair) ? 'ambiguous' : undefined;
}

/**
 * Whether a field of this name holds a credential as plain text. Numbers, booleans and references never count. Under an
 * ambiguous name (`secret`), a value that looks like the name of an object does not count either.
 */
export function isPlainCredential(name: string, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const kind = kindOf(name);
  if (kind === undefined || isReference(value)) return false;
  switch (kind) {
    case 'password':
      return true;
    case 'credential':
      return !isQuantity(value);
    case 'header':
      return isPlainHeader(value);
    case 'ambiguous':
      // A bare `secret: hunter` is a credential; the word in `tlsSecret: wildcard` or `secretKey: password` is a name.
      return !isQuantity(value) && !isObjectName(value, /^secret$/i.test(name) ? 'several' : 'one');
  }
}

/** Whether a text can be the name of a credential, so that the value next to it has to be checked. */
export function namesCredential(name: string): boolean {
  return kindOf(name) !== undefined;
}

/** Whether the value of an HTTP `Authorization` header holds a credential. */
function isPlainHeader(value: string): boolean {
  const [, credential] = /^(?:Basic|Bearer|Token|ApiKey)\s+(\S{8,})$/i.exec(value.trim()) ?? [];
  return credential !== undefined && !isReference(credential);
}
