import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { AgeKeys } from '../ports/age-keys.ts';

/** Makes and reads age keys with age's own library. */
export const ageKeys: AgeKeys = {
  generate: async () => {
    // Every version of age, SOPS and Flux can decrypt with X25519.
    const identity = await generateX25519Identity();
    return { identity, recipient: await identityToRecipient(identity) };
  },
  recipientOf: (identity) => identityToRecipient(identity),
};
