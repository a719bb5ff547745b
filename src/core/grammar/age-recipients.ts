import { bech32 } from '@scure/base';

/** The types of keys of SSH that age encrypts to. */
const SSH = /^ssh-(?:ed25519|rsa) [A-Za-z0-9+/]+={0,2}(?: .*)?$/s;

/** Says why age refuses a recipient: `age1…` with a wrong checksum or length, or a key of SSH of another type. */
export function checkRecipient(text: string): string | undefined {
  if (text.startsWith('ssh-'))
    return SSH.test(text) ? undefined : 'is no key of SSH that age takes: ssh-ed25519 or ssh-rsa';
  if (!text.startsWith('age1') || text.length > 4096) return 'must be one public key: age1… or ssh-…';
  // Recipients of plugins and of post-quantum keys have other prefixes and lengths, which age itself decides on.
  const isPlain = /^age1[02-9ac-hj-np-z]*$/.test(text);
  const decoded = bech32.decodeUnsafe(text, false);
  if (decoded === undefined) return 'has a wrong checksum: a character is missing, wrong or too many';
  return isPlain && decoded.prefix === 'age' && bech32.fromWordsUnsafe(decoded.words)?.length !== 32
    ? 'is no public key of age: it has the wrong length'
    : undefined;
}
