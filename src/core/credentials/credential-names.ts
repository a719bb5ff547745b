import { isObjectName, isQuantity, isReference } from './credential-values.ts';

/** The longest name that is looked at. */
const MAX_NAME = 128;

/** Ends of names of passwords: whatever is not a reference is one, even digits only. */
const PASSWORDS: ReadonlySet<string> = new Set([
  'pass',
  'passcode',
  'passphrase',
  'passwd',
  'password',
  'passwords',
  'pwd',
]);

/** Ends of names of other credentials, of one word or two. */
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

/** Ends of names that mean a credential as often as the name of a Secret, or of a key in one. */
const AMBIGUOUS: ReadonlySet<string> = new Set([
  'secret',
  'secretkey',
  'secretkeys',
  'credential',
  'credentials',
]);

/** Words before the end with which a name means something else: `existingSecret`, `MAX_TOKENS`, `proxyPass`. */
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

/** The words of a name, however it is written: `adminPassword`, `ADMIN_PASSWORD`, `admin-password`, `password2`. */
function wordsOf(name: string): string[] {
  const words = name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [];
  const last = words.findLastIndex((word) => !/^\d/.test(word));
  return words.slice(0, last + 1).map((word) => word.toLowerCase());
}

/** What a name says that its value is; undefined for nothing secret. Only the end of a name decides. */
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
 * Whether a field of this name holds a credential as plain text. Numbers and booleans never do, nor does whatever
 * stands for a value that is elsewhere. Where the name is ambiguous (`secret`), the name of an object is none.
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
      // A bare `secret: hunter` is a value; of `tlsSecret: wildcard` or `secretKey: password` one word is a name.
      return !isQuantity(value) && !isObjectName(value, /^secret$/i.test(name) ? 'several' : 'one');
  }
}

/** Whether a text can name a credential, so that its neighbour is worth a look. */
export function namesCredential(name: string): boolean {
  return kindOf(name) !== undefined;
}

/** The value of an HTTP `Authorization` header. */
function isPlainHeader(value: string): boolean {
  const [, credential] = /^(?:Basic|Bearer|Token|ApiKey)\s+(\S{8,})$/i.exec(value.trim()) ?? [];
  return credential !== undefined && !isReference(credential);
}
