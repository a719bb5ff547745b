import { expect, test } from '@jest/globals';
import { Decrypter, Encrypter } from 'age-encryption';
import { ageKeys } from '../../src/app/age-keys.ts';

test('what is encrypted to a generated recipient can be decrypted with its identity', async () => {
  const { identity, recipient } = await ageKeys.generate();
  expect(identity).toMatch(/^AGE-SECRET-KEY-1[0-9A-Z]{58}$/);
  expect(recipient).toMatch(/^age1[0-9a-z]{58}$/);
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const secret = await encrypter.encrypt('s3cr3t');
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  expect(await decrypter.decrypt(secret, 'text')).toBe('s3cr3t');
});

test('the recipient of an identity is the one that was generated with it', async () => {
  const { identity, recipient } = await ageKeys.generate();
  expect(await ageKeys.recipientOf(identity)).toBe(recipient);
});

test('every pair is another', async () => {
  const pairs = await Promise.all(Array.from({ length: 20 }, () => ageKeys.generate()));
  expect(new Set(pairs.map(({ identity }) => identity)).size).toBe(20);
});

test.each(['', 'AGE-SECRET-KEY-1NONSENSE', 'ssh-ed25519 AAAA'])(
  'what is no identity is refused: %j',
  async (text) => {
    await expect(ageKeys.recipientOf(text)).rejects.toThrow();
  },
);
