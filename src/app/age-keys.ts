import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { AgeKeys } from '../ports/age-keys.ts';

/** Keys by age's own library. */
export const ageKeys: AgeKeys = {
  generate: async () => {
    // X25519: what every version of age, SOPS and Flux can decrypt with.
    const identity = await generateX25519Identity();
    return { identity, recipient: await identityToRecipient(identity) };
  },
  recipientOf: (identity) => identityToRecipient(identity),
};
