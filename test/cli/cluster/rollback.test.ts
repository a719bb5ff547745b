import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Tenant } from '../../harness/blueprint/tenant.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { openReady } from '../../operator/environments/staged.ts';
import { underRollout, untilInForce } from '../../operator/rollout/revisions.ts';
import { Program, type Run } from '../program.ts';
import { makePerson, rule } from './people.ts';

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

function run(tenant: Tenant, args: readonly string[], kubeconfig?: string): Promise<Run> {
  const file = kubeconfig ?? cluster.controlPlane.kubeconfigPath;
  return program.run([...args, '-n', tenant.namespace, '--kubeconfig', file]);
}

test('rollback sets the spec of a revision back, with the rights to patch blueprints alone', async () => {
  const tenant = await openReady(cluster.client, underRollout('10m', {}));
  const { sources, layers } = (await tenant.blueprint()).spec;
  await tenant.applyBlueprint({ ...underRollout('7m', {}, ['apps', 'new']), suspendReason: 'stays' });
  await untilInForce(tenant, 2);
  await tenant.bringUp();
  const editor = await makePerson(cluster.controlPlane, tenant, [
    rule('fluxblueprints.fluxblueprint.io', 'get', 'patch'),
    rule('fluxblueprintrevisions.fluxblueprint.io', 'list'),
  ]);
  await waitFor(
    'the editor may read',
    async () => (await run(tenant, ['get', 'platform'], editor)).code === 0,
  );
  const args = ['rollback', 'platform', '--to', '1'];
  const unasked = await run(tenant, args, editor);
  expect([unasked.code, unasked.stderr]).toEqual([
    1,
    expect.stringContaining('there is no terminal to ask at'),
  ]);
  expect(unasked.stdout).toContain('1 to delete, 1 to change, 1 to create');
  const { code, stderr } = await run(tenant, [...args, '--yes'], editor);
  expect(stderr).toMatch(
    /^✔ FluxBlueprint platform says what revision 1 says\n◎ a revision that was in force before/,
  );
  expect(code).toBe(0);
  const { spec } = await tenant.blueprint();
  expect([spec.sources, spec.layers, spec.suspendReason]).toEqual([sources, layers, 'stays']);
  await untilInForce(tenant, 1);
  const again = await run(tenant, [...args, '--yes'], editor);
  expect([again.code, again.stderr]).toEqual([
    1,
    '✗ FluxBlueprint platform: it says what revision 1 says already\n',
  ]);
  const unknown = await run(tenant, ['rollback', 'platform', '--to', '9', '--yes'], editor);
  expect(unknown.stderr).toBe(
    "✗ FluxBlueprint platform: revision 9 is not stored, or another blueprint's: stored are 1, 2\n",
  );
});

test('rollback says where Git will undo it', async () => {
  const tenant = await openReady(cluster.client, underRollout('10m', {}));
  const labels = {
    'kustomize.toolkit.fluxcd.io/name': 'flux-system',
    'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
  };
  const manifest = tenant.manifest(underRollout('7m', {}));
  await tenant.client.cluster.apply(
    { ...manifest, metadata: { ...manifest.metadata, labels } },
    { fieldManager: 'kustomize-controller' },
  );
  await untilInForce(tenant, 2);
  const { stderr } = await run(tenant, ['rollback', 'platform', '--to', '1', '--yes']);
  expect(stderr).toContain(
    'Kustomization flux-system/flux-system applies the spec from Git, and will undo this',
  );
});

test.each([[['rollback', 'platform']], [['rollback', 'platform', '--to', 'first']]])(
  'wrong usage is told: %j',
  async (args) => {
    const { code, stderr } = await program.run(args);
    expect([code, stderr.startsWith('error: ')]).toEqual([2, true]);
  },
);
