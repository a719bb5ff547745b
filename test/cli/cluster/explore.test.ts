import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { chainSpec } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { configMap } from '../../harness/flux/manifests.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { Program, type Run } from '../program.ts';
import { makePerson, rule, rulesOf } from './people.ts';

let program: Program;
let cluster: TestCluster;
let tenant: Tenant;
/** The kubeconfig of an account that has nothing but the ClusterRole fluxblueprint-view in the tenant's namespace. */
let viewer: string;

beforeAll(async () => {
  program = await Program.bundle();
  cluster = await startTestCluster();
  tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
  await tenant.bringUp();
  viewer = await makePerson(cluster.controlPlane, tenant, await rulesOf('fluxblueprint-view'));
  await waitFor('the viewer may read', async () => (await run(viewer, 'get')).code === 0);
});

// Whatever a test has broken, the next one finds it ready.
afterEach(async () => {
  await tenant.client.setReady(tenant.ref('Kustomization', 'apps'), 'True');
  await tenant.bringUp();
});

afterAll(async () => {
  await cluster.stop();
  await program.remove();
});

function run(kubeconfig: string, ...args: string[]): Promise<Run> {
  return program.run([...args, '-n', tenant.namespace, '--kubeconfig', kubeconfig]);
}

function asAdmin(...args: string[]): Promise<Run> {
  return run(cluster.controlPlane.kubeconfigPath, ...args);
}

test('graph of a name has the states, for those who may read nothing but blueprints', async () => {
  const { code, stdout, stderr } = await run(viewer, 'graph', 'platform');
  expect(code).toBe(0);
  expect(stdout).toBe(`▪ platform
│ critical path: 3 objects (★)
└ ✔ GitRepository sources/fleet  ★
  └ ✔ Kustomization base  ★
    └ ✔ Kustomization apps  ★
`);
  expect(stderr).toMatch(/^◎ as the blueprint tells it, without how long it took, because you may not list /);
});

test('the critical path of a name is in seconds, from what Flux measured', async () => {
  const { apiVersion, kind, namespace, name } = tenant.ref('Kustomization', 'apps');
  const history = [
    {
      digest: 'sha256:0',
      firstReconciled: '2026-11-30T11:00:00Z',
      lastReconciled: '2026-11-30T11:00:00Z',
      lastReconciledDuration: '2.345s',
      lastReconciledStatus: 'ReconciliationSucceeded',
      totalReconciliations: 1,
    },
  ];
  await tenant.client.cluster.applyStatus(
    { apiVersion, kind, metadata: { name, namespace: namespace ?? '' }, status: { history } },
    { fieldManager: 'flux-history' },
  );
  const { stdout, stderr } = await asAdmin('graph', 'platform');
  expect(stderr).toBe('');
  expect(stdout).toContain('critical path: 3 objects, 2.3s as measured (★)');
  expect(stdout).toContain('✔ Kustomization apps  ★  2.3s');
});

test('explain of a name names paths, for those who may read nothing but blueprints', async () => {
  const { code, stdout, stderr } = await run(viewer, 'explain', 'platform', 'Kustomization/apps.dependsOn');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/spec\.layers\[1\]\.dependsOn\[0\] +must be ready first/);
});

/** A ConfigMap that says that a Kustomization of the tenant applied it. */
async function deploy(name: string, by: string): Promise<void> {
  const labels = {
    'kustomize.toolkit.fluxcd.io/name': by,
    'kustomize.toolkit.fluxcd.io/namespace': tenant.namespace,
  };
  await tenant.client.apply({
    ...configMap(tenant.namespace, name, {}),
    metadata: { name, namespace: tenant.namespace, labels },
  });
}

test('trace leads from an object to the part of the blueprint, and by a file to its line', async () => {
  await deploy('settings', 'base');
  const { code, stdout, stderr } = await asAdmin('trace', 'cm/settings');
  expect([code, stderr]).toEqual([0, '']);
  const namespace = tenant.namespace;
  const lines = stdout.split('\n');
  expect(lines[0]).toBe(`✔ ConfigMap/${namespace}/settings`);
  expect(lines[1]).toContain(`└ ✔ Kustomization/${namespace}/base  applied it`);
  expect(lines[2]).toContain(`├ ✔ GitRepository/${namespace}/fleet  source`);
  expect(lines[3]).toBe(
    `  └ ✔ FluxBlueprint/${namespace}/platform  generated it  as base, spec.layers[0]  revision 1`,
  );
  const file = await program.write(
    'platform.json',
    JSON.stringify(tenant.manifest(chainSpec('base', 'apps')), null, 2),
  );
  const placed = await asAdmin('trace', `ConfigMap/settings`, '--file', file);
  expect(placed.stdout).toMatch(/as base, \S+\/platform\.json:\d+:\d+ {2}revision 1/);
});

test('trace says what is wrong on the way', async () => {
  await deploy('lost', 'gone');
  const { code, stderr } = await asAdmin('trace', 'configmap/lost');
  expect(code).toBe(0);
  const gone = `Kustomization/${tenant.namespace}/gone`;
  expect(stderr).toBe(`✗ wrong on the way: ${gone}: there is no ${gone}\n`);
});

test('trace says where nothing of Flux made an object', async () => {
  await tenant.client.apply(configMap(tenant.namespace, 'own', {}));
  const { code, stdout, stderr } = await asAdmin('trace', 'ConfigMap/own');
  expect([code, stdout]).toEqual([0, `✔ ConfigMap/${tenant.namespace}/own\n`]);
  expect(stderr).toMatch(/^◎ no owner, label or annotation says what made it/);
});

test('trace needs get on what is on the way, and goes on without what may not be read', async () => {
  await deploy('seen', 'base');
  const person = await makePerson(cluster.controlPlane, tenant, [rule('configmaps', 'get')]);
  const shown = await waitFor('the person may read', async () => {
    const found = await run(person, 'trace', 'cm/seen');
    return found.code === 0 ? found : undefined;
  });
  expect(shown.stdout).toContain(
    'you may not get kustomizations.kustomize.toolkit.fluxcd.io, so that nothing is known of it',
  );
  const refused = await run(person, 'trace', 'secret/other');
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toMatch(
    /^✗ you may not get secrets in namespace \S+: ask for a role with the verb get on secrets there\n/,
  );
});

test('a trace of nonsense is a sentence', async () => {
  expect((await asAdmin('trace', 'settings')).stderr).toBe(
    '✗ "settings" names no object: write it as KIND/NAME, such as deployment/web\n',
  );
  expect((await asAdmin('trace', 'kustomizatoin/base')).stderr).toMatch(
    / serves no kind "kustomizatoin"; did you mean /,
  );
  expect((await asAdmin('trace', 'cm/none')).stderr).toMatch(/^✗ there is no ConfigMap "none" in namespace /);
});

test('logs says where no controller runs, and what it needs', async () => {
  expect((await asAdmin('logs', 'platform')).stderr).toBe(
    '✗ no pod of Flux runs in namespace flux-system: name another one by --flux-namespace\n',
  );
  const refused = await run(viewer, 'logs', 'platform');
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toMatch(
    /^✗ you may not list pods in namespace (?:flux-system|fluxblueprint-system): /,
  );
});

test('get and status print again when something has changed, off a terminal, until ^C', async () => {
  const args = ['status', 'platform', '--watch', '-n', tenant.namespace];
  const child = program.start([...args, '--kubeconfig', cluster.controlPlane.kubeconfigPath]);
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const count = (): number => stdout.match(/^. FluxBlueprint /gm)?.length ?? 0;
  await waitFor('the blueprint is shown', () => Promise.resolve(count() === 1));
  await tenant.client.setReady(tenant.ref('Kustomization', 'apps'), 'False');
  await waitFor('it is shown anew', () => Promise.resolve(stdout.includes('✗ Kustomization/apps')));
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  expect([count() > 1, stdout.includes('\u001b'), stderr]).toEqual([true, false, '']);
});
