import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { type KubeObject, displayName, refOf } from '../../../src/api/object.ts';
import { everyKindSpec } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { Program } from '../program.ts';

let program: Program;
let cluster: TestCluster;

beforeAll(async () => {
  program = await Program.bundle();
  cluster = await startTestCluster();
});

afterAll(async () => {
  await cluster.stop();
  await program.remove();
});

/** What shows whether an object was touched: another uid is another object, another generation another spec. */
function traceOf({ metadata, spec }: KubeObject): unknown {
  const { uid, generation, creationTimestamp } = metadata;
  return { uid, generation, creationTimestamp, spec };
}

test('with render --plain and deletionPolicy Orphan a platform goes back to plain Flux, and nothing is touched', async () => {
  const tenant = await Tenant.open(cluster.client);
  const spec = { ...everyKindSpec(), deletionPolicy: 'Orphan' };
  await tenant.applyBlueprint(spec);
  await tenant.bringUp();
  const file = await program.write('platform.yaml', JSON.stringify(tenant.manifest(spec)));
  const rendered = await program.run(['render', '--plain', file]);
  expect(rendered.code).toBe(0);
  expect(rendered.stdout).not.toContain('fluxblueprint.io/');
  const plain = parseAllDocuments(rendered.stdout).map((document) => document.toJS() as KubeObject);
  const before = new Map<string, unknown>();
  for (const object of await tenant.generated()) before.set(displayName(refOf(object)), traceOf(object));
  expect(before.size).toBeGreaterThan(5);

  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  for (const object of plain) await cluster.client.apply(object, 'kustomize-controller');

  const after = new Map<string, unknown>();
  for (const object of plain) {
    const live = await cluster.client.cluster.get(refOf(object));
    const name = displayName(refOf(object));
    if (live !== undefined && before.has(name)) after.set(name, traceOf(live));
    expect(Object.keys(live?.metadata.labels ?? {})).not.toContainEqual(
      expect.stringContaining('fluxblueprint.io/'),
    );
  }
  expect(after).toEqual(before);
});
