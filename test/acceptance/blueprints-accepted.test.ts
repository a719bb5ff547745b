import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { KubeObject } from '../../src/api/object.ts';
import { sharedControlPlane } from '../harness/jest/shared-control-plane.ts';
import { TestClient } from '../harness/api-server/client.ts';

const golden = new URL('../golden/', import.meta.url);
const valid = readdirSync(golden).filter((name) => existsSync(new URL(`${name}/objects.yaml`, golden)));

describe('every golden blueprint that compiles, on a real API server', () => {
  let client: TestClient;

  beforeAll(async () => {
    client = await TestClient.connect(sharedControlPlane().kubeconfigPath);
    const namespaces = new Set(valid.map((folder) => blueprintOf(folder).metadata.namespace ?? ''));
    await Promise.all([...namespaces].map((name) => client.makeNamespace(name)));
  });

  afterAll(() => client.close());

  it.each(valid)('is admitted: %s', async (folder) => {
    const blueprint = blueprintOf(folder);
    const stored = await client.cluster.apply(blueprint, { fieldManager: 'test', dryRun: true });
    expect(stored['spec']).toEqual(blueprint['spec']);
  });
});

function blueprintOf(folder: string): KubeObject {
  return parse(readFileSync(new URL(`${folder}/blueprint.yaml`, golden), 'utf8')) as KubeObject;
}
