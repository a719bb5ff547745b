/** A test file for a Jest run of its own: says what it sees of the shared control plane, and may then hang. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { sharedControlPlane } from './shared-control-plane.ts';

test('a test reaches the shared control plane and adds a user', async () => {
  const shared = sharedControlPlane();
  expect(readFileSync(shared.kubeconfigPath, 'utf8')).toContain(shared.url);
  const { kubeconfigPath } = await shared.addUser('jane', ['developers']);
  expect(readFileSync(kubeconfigPath, 'utf8')).toContain('name: jane');
  process.stdout.write(`reached ${kubeconfigPath}\n`);
  if (process.env['FLUXBLUEPRINT_TEST_HANG'] === 'yes')
    await new Promise((resolve) => setTimeout(resolve, 60_000));
});
