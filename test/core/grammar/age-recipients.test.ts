import { expect, test } from '@jest/globals';
import { checkRecipient } from '../../../src/core/grammar/age-recipients.ts';

const KEY = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';

test.each([
  '',
  'age1',
  KEY.slice(0, -1),
  `${KEY.slice(0, -1)}q`,
  KEY.toUpperCase(),
  'ssh-dss AAAA',
  'AGE',
  'age1pq',
])('%j is no recipient', (text) => {
  expect(checkRecipient(text)).toBeDefined();
});

test.each([KEY, 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsK me@example.com', 'ssh-rsa AAAAB3NzaC1yc2E='])(
  '%j is one',
  (text) => {
    expect(checkRecipient(text)).toBeUndefined();
  },
);
