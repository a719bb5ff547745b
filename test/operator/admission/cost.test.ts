import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { API_VERSION, KIND } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { buildProgram } from '../../control-plane/index.ts';
import { buildCrd } from '../../generate/crd.ts';
import { BLUEPRINT } from '../../generate/kinds.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { TestClient } from '../../harness/api-server/client.ts';
import { sharedControlPlane } from '../../harness/jest/shared-control-plane.ts';

/** What 500 components in ten layers cost today; a CRD that costs more is refused here. */
const MOST = {
  /** The API server's own units, for all rules together; 8197 with rules for each component. */
  celUnits: 266,
  /** Bytes of `metadata.managedFields`; they grow with the number of layers, which are owned one by one. */
  managedFields: 905,
};

let client: TestClient;
let costProgram: string;

beforeAll(async () => {
  client = await TestClient.connect(sharedControlPlane().kubeconfigPath);
  costProgram = (await buildProgram('crd-cost')).path;
});

afterAll(() => client.close());

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** A blueprint of ten layers with so many components each. */
function blueprintOf(componentsEach: number): KubeObject {
  const layers = range(10).map((i) => ({
    name: `layer-${i}`,
    components: range(componentsEach).map((k) => layer(`app-${i}-${k}`)),
  }));
  const spec = { sources: [gitSource()], layers };
  return { apiVersion: API_VERSION, kind: KIND, metadata: { name: 'cost', namespace: 'default' }, spec };
}

/** What the rules of the CRD spend on a blueprint, in the API server's units. */
function countCelUnits(object: KubeObject): number {
  const output = execFileSync(costProgram, {
    input: JSON.stringify({ crd: buildCrd(BLUEPRINT), object }),
    encoding: 'utf8',
  });
  const { actual, problems } = JSON.parse(output) as { actual: number; problems: string[] };
  expect(problems).toEqual([]);
  return actual;
}

/** Bytes that the owners of fields take when a person applies a blueprint. A dry run, as in admission.test.ts. */
async function countManagedFields(object: KubeObject): Promise<number> {
  const { metadata } = (await client.transport.request({
    method: 'PATCH',
    path: `/apis/${API_VERSION}/namespaces/default/fluxblueprints/cost`,
    query: { dryRun: 'All', fieldManager: 'kubectl', fieldValidation: 'Strict' },
    contentType: 'application/apply-patch+yaml',
    body: object,
  })) as unknown as KubeObject;
  return JSON.stringify(metadata.managedFields).length;
}

test('the rules of the CRD cost the same for five components as for five hundred, and no more than they did', () => {
  const units = countCelUnits(blueprintOf(50));
  expect(units).toBeGreaterThan(0);
  expect(countCelUnits(blueprintOf(1))).toBe(units);
  expect(units).toBeLessThanOrEqual(MOST.celUnits);
});

test('the owners of fields take as many bytes for ten components as for five hundred, and no more than they did', async () => {
  const bytes = await countManagedFields(blueprintOf(50));
  expect(await countManagedFields(blueprintOf(1))).toBe(bytes);
  expect(bytes).toBeLessThanOrEqual(MOST.managedFields);
});
