import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../../src/api/object.ts';
import { DEPLOYER, grantAll } from '../../harness/blueprint/accounts.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
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

function run(...args: string[]): Promise<Run> {
  return program.run(args, '', { KUBECONFIG: cluster.controlPlane.kubeconfigPath });
}

/** A Flux platform as `flux bootstrap` and its parent Kustomization leave it in a namespace. */
async function openPlatform(): Promise<Tenant> {
  const tenant = await Tenant.open(cluster.client);
  const parent = {
    'kustomize.toolkit.fluxcd.io/name': 'root',
    'kustomize.toolkit.fluxcd.io/namespace': tenant.namespace,
  };
  const apply = (kind: string, name: string, spec: object, labels = parent): Promise<KubeObject> => {
    const { apiVersion, namespace = '' } = tenant.ref(kind, name);
    const annotations = { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' };
    const metadata = { name, namespace, labels, annotations };
    return cluster.client.apply({ apiVersion, kind, metadata, spec }, 'kustomize-controller');
  };
  const sourceRef = { kind: 'GitRepository', name: 'fleet' };
  await apply('GitRepository', 'fleet', { interval: '5m', url: 'https://example.com/fleet.git' });
  await apply('Kustomization', 'root', { interval: '10m', prune: true, path: './clusters/one', sourceRef });
  for (const name of ['infrastructure', 'apps'])
    await apply('Kustomization', name, {
      interval: '10m',
      prune: true,
      wait: true,
      path: `./${name}`,
      sourceRef,
      ...(name === 'apps' ? { dependsOn: [{ name: 'infrastructure' }] } : {}),
    });
  await apply(
    'HelmChart',
    `${tenant.namespace}-web`,
    { interval: '5m', chart: 'web', sourceRef: { kind: 'HelmRepository', name: 'charts' } },
    { ...parent, ...{ 'helm.toolkit.fluxcd.io/name': 'web' } },
  );
  return tenant;
}

/** Has the parent Kustomization hold these objects in its inventory. */
async function setInventory(tenant: Tenant, ids: readonly string[]): Promise<void> {
  const { apiVersion, kind, namespace = '', name } = tenant.ref('Kustomization', 'root');
  const entries = ids.map((id) => ({ id, v: 'v1' }));
  await cluster.client.cluster.applyStatus(
    { apiVersion, kind, metadata: { name, namespace }, status: { inventory: { entries } } },
    { fieldManager: 'kustomize-controller' },
  );
}

test('a namespace of a cluster becomes a blueprint, without what deploys it and what controllers made', async () => {
  const tenant = await openPlatform();
  const { code, stdout, stderr } = await run('import', '--cluster', '-n', tenant.namespace);
  expect([code, stderr]).toEqual([0, expect.stringContaining('\n2 of 2 objects equal, in ')]);
  expect(stderr).toContain('deploys this cluster, and the blueprint with it: it stays as it is\n');
  expect(stderr).toContain(`HelmChart ${tenant.namespace}/${tenant.namespace}-web: is made by HelmRelease`);
  expect(parse(stdout)).toMatchObject({ metadata: { name: tenant.namespace, namespace: tenant.namespace } });
  const rendered = await program.run(['render', '--plain', '-'], stdout);
  const objects = parseAllDocuments(rendered.stdout).map((document) => document.toJS() as KubeObject);
  for (const object of objects) {
    const live = await cluster.client.cluster.get(tenant.ref(object.kind, object.metadata.name));
    expect(object['spec']).toEqual(live?.['spec']);
    expect(object.metadata.labels).toBeUndefined();
  }
  expect(objects.map(({ metadata }) => metadata.name).sort()).toEqual(['apps', 'infrastructure']);
});

test('what the user may not list is told, and the rest is read', async () => {
  const tenant = await openPlatform();
  const person = await makePerson(cluster.controlPlane, tenant, [
    rule('kustomizations.kustomize.toolkit.fluxcd.io', 'list'),
  ]);
  const { stderr } = await program.run(
    ['import', '--cluster', '-n', tenant.namespace, '--kubeconfig', person],
    '',
  );
  expect(stderr).toContain('skipped: cluster:1: helmreleases.helm.toolkit.fluxcd.io: you may not list it\n');
  expect(stderr).toContain('2 of 2 objects equal');
});

test('--check tells the next step of a migration, from before the first commit to the end', async () => {
  const tenant = await openPlatform();
  const { namespace } = tenant;
  const ids = ['infrastructure', 'apps'].map(
    (name) => `${namespace}_${name}_kustomize.toolkit.fluxcd.io_Kustomization`,
  );
  await setInventory(tenant, ids);
  const { stdout } = await run('import', '--cluster', '-n', namespace);
  const file = await program.write(`${namespace}.yaml`, stdout);
  const check = async (): Promise<Run> => run('import', '--check', file);

  const before = await check();
  expect([before.code, before.stdout]).toEqual([
    0,
    `${namespace}/${namespace}: 0 of 2 objects are taken over; next is commit 1, which adds the blueprint, and is safe\n`,
  ]);

  const { spec } = parse(stdout) as { spec: object };
  await tenant.applyBlueprint({ ...spec, suspend: true }, namespace);
  const suspended = await check();
  expect([suspended.code, suspended.stdout]).toEqual([
    1,
    `${namespace}/${namespace}: 0 of 2 objects are taken over; next is commit 2, which removes the old files, and is not safe yet\n`,
  ]);
  expect(suspended.stderr).toContain(`✗ Kustomization/${namespace}/apps is not taken over yet\n`);
  expect(suspended.stderr).toContain('✗ the blueprint is not ready: ');

  await grantAll(tenant);
  await tenant.applyBlueprint({ ...spec, serviceAccountName: DEPLOYER }, namespace);
  await tenant.bringUp(namespace);
  const adopted = await check();
  expect([adopted.code, adopted.stdout]).toEqual([
    0,
    `${namespace}/${namespace}: 2 of 2 objects are taken over; next is commit 2, which removes the old files, and is safe\n`,
  ]);

  await setInventory(tenant, []);
  const done = await check();
  expect([done.code, done.stdout]).toEqual([
    0,
    `${namespace}/${namespace}: 2 of 2 objects are taken over; next is nothing: the migration is done\n`,
  ]);
});

test('paths and --cluster do not go together, and one of them is needed', async () => {
  expect((await run('import', '--cluster', '.')).code).toBe(2);
  expect((await run('import')).code).toBe(2);
  expect((await run('import', '--cluster', '--check')).code).toBe(2);
});
