import { readdirSync, existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { FIELD_MANAGER } from '../../src/api/names.ts';
import { displayName, type KubeObject, refOf } from '../../src/api/object.ts';
import { findDrift } from '../../src/core/objects/drift.ts';
import { sharedControlPlane } from '../harness/jest/shared-control-plane.ts';
import { TestClient } from '../harness/api-server/client.ts';

const golden = new URL('../golden/', import.meta.url);

/** The objects that every golden blueprint becomes, by the name of its folder. */
const folders = readdirSync(golden).filter((name) => existsSync(new URL(`${name}/objects.yaml`, golden)));

/** Kinds that a blueprint passes through and whose CRDs are not installed here. */
const NOT_INSTALLED =
  /^(image\.toolkit\.fluxcd\.io|fluxcd\.controlplane\.io|generators\.external-secrets\.io)\/|\/ClusterSecretStore$/;

function objectsOf(folder: string): KubeObject[] {
  const text = readFileSync(new URL(`${folder}/objects.yaml`, golden), 'utf8');
  return [...parseAllDocuments(text)]
    .map((document) => document.toJS() as KubeObject)
    .filter(({ apiVersion, kind }) => !NOT_INSTALLED.test(`${apiVersion}/${kind}`));
}

describe('every object of every golden pair, on a real API server with the CRDs of Flux 2.9', () => {
  let client: TestClient;

  beforeAll(async () => {
    client = await TestClient.connect(sharedControlPlane().kubeconfigPath);
    const namespaces = new Set(
      folders.flatMap((folder) => objectsOf(folder).flatMap(({ metadata }) => metadata.namespace ?? [])),
    );
    await Promise.all([...namespaces].map((name) => client.makeNamespace(name)));
  });

  afterAll(() => client.close());

  it('finds golden pairs to try', () => {
    expect(folders.length).toBeGreaterThan(20);
  });

  it.each(folders)('accepts %s with fieldValidation=Strict, and stores what was sent', async (folder) => {
    for (const object of objectsOf(folder)) {
      const stored = await client.cluster.apply(object, { fieldManager: FIELD_MANAGER, dryRun: true });
      expect([displayName(refOf(stored)), findDrift(object, stored)]).toEqual([
        displayName(refOf(object)),
        [],
      ]);
    }
  });
});
