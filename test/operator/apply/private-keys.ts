import { expect } from '@jest/globals';
import type { TestClient } from '../../harness/api-server/client.ts';
import type { LogLine } from '../../harness/operator/operator-process.ts';

/** The private keys in all Secrets, as they are stored and as text. */
export async function listKeys(client: TestClient): Promise<string[]> {
  const secrets = (await client.list('', 'Secret')) as { data?: Record<string, string> }[];
  return secrets.flatMap(({ data = {} }) =>
    Object.values(data).flatMap((stored) => {
      const text = Buffer.from(stored, 'base64').toString('utf8');
      return [stored, ...(/AGE-SECRET-KEY-\S+/gu.exec(text) ?? [])].filter((key) => key.length > 20);
    }),
  );
}

/** Expects that none of the keys, nor any other private age key, is in what was logged or in what people may read. */
export async function expectUntold(
  client: TestClient,
  logged: readonly LogLine[],
  keys: readonly string[],
): Promise<void> {
  const lists = await Promise.all([
    client.list('fluxblueprint.io', 'FluxBlueprint'),
    client.list('', 'ConfigMap'),
    client.list('events.k8s.io', 'Event'),
    client.list('kustomize.toolkit.fluxcd.io', 'Kustomization'),
  ]);
  const reported = JSON.stringify([logged, lists]);
  // A number: a failure must not print a key.
  expect(['AGE-SECRET-KEY', ...keys].filter((key) => reported.includes(key)).length).toBe(0);
}
