import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { REVISION_KIND } from '../../../src/api/names.ts';
import { API_VERSION } from '../../../src/api/names.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { chainSpec } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { Program, type Run, itemsOf } from '../program.ts';
import { makePerson, rulesOf } from './people.ts';

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
  await waitFor('the viewer may read', async () => (await view('get')).code === 0);
});

afterAll(async () => {
  await cluster.stop();
  await program.remove();
});

function view(...args: string[]): Promise<Run> {
  return program.run([...args, '-n', tenant.namespace, '--kubeconfig', viewer]);
}

test('get shows the blueprints of a namespace, with the columns of kubectl', async () => {
  const { code, stdout, stderr } = await view('get');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^NAME {7}READY {3}COMPONENTS {3}AGE\nplatform {3}True {4}3\/3 {10}[\dhms]+\n$/);
  expect((await view('get', 'platform')).stdout).toMatch(/^platform /m);
  expect((await view('get', '-o', 'wide')).stdout).toMatch(/ STATUS\n.* 3\/3 ready/);
});

test('get prints one object, or a List, without managed fields', async () => {
  const one = JSON.parse((await view('get', 'platform', '-o', 'json')).stdout) as object;
  expect(one).toMatchObject({
    kind: 'FluxBlueprint',
    metadata: { name: 'platform' },
    status: { revision: 1 },
  });
  expect(one).not.toHaveProperty('metadata.managedFields');
  expect(parse((await view('get', 'platform', '-o', 'yaml')).stdout)).toEqual(one);
  const { stdout } = await view('get', '-o', 'json');
  expect(JSON.parse(stdout)).toMatchObject({ apiVersion: 'v1', kind: 'List' });
  expect(itemsOf(stdout).map(({ metadata }) => metadata.name)).toEqual(['platform']);
  expect((await view('get', '-o', 'name')).stdout).toBe('fluxblueprint.fluxblueprint.io/platform\n');
});

test('get -A shows all namespaces to those who may see them, and the others are told that they may not', async () => {
  const env = { KUBECONFIG: cluster.controlPlane.kubeconfigPath };
  const all = await program.run(['get', '-A'], '', env);
  expect(all.stdout).toMatch(/^NAMESPACE +NAME +READY/);
  expect(all.stdout).toContain(`${tenant.namespace}   platform   True`);
  const refused = await program.run(['get', '-A', '--kubeconfig', viewer]);
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toBe(
    '✗ you may not list fluxblueprints.fluxblueprint.io in all namespaces: ask for the ClusterRole fluxblueprint-view there\n',
  );
});

test('get says where there is nothing, and that is no failure', async () => {
  const env = { KUBECONFIG: cluster.controlPlane.kubeconfigPath };
  const { code, stdout, stderr } = await program.run(['get'], '', env);
  expect([code, stdout]).toEqual([0, '']);
  expect(stderr).toBe('◎ there are no blueprints in namespace default; -A looks in all\n');
  expect(itemsOf((await program.run(['get', '-o', 'json'], '', env)).stdout)).toEqual([]);
});

test('a name that is not there is told with the nearest one', async () => {
  const { code, stdout, stderr } = await view('get', 'platfrom');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toBe(
    `✗ there is no FluxBlueprint "platfrom" in namespace ${tenant.namespace}; did you mean "platform"?\n`,
  );
});

test('history shows the revisions, and which is in force', async () => {
  await waitFor('the revision is stored', async () => (await view('history', 'platform')).stdout !== '');
  const { code, stdout, stderr } = await view('history', 'platform');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(
    /^REVISION {3}DIGEST {7}IN-FORCE {3}AUTHOR {3}AGE {3,5}APPROVED-BY\n1 +[0-9a-f]{10} +yes +- +\w+ +-\n$/,
  );
  const [revision] = itemsOf((await view('history', 'platform', '-o', 'json')).stdout);
  expect(revision).toMatchObject({ apiVersion: API_VERSION, kind: REVISION_KIND, spec: { revision: 1 } });
});

test('status shows the blueprint as a tree to those who may read nothing but blueprints', async () => {
  const { code, stdout, stderr } = await view('status', 'platform');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^✔ FluxBlueprint \S+\/platform {2}3\/3 ready {2}revision 1 {2}\d+s\n│ 3\/3 ready\n/,
  );
  expect(stdout.split('\n').slice(2)).toEqual([
    '├ ✔ base  1/1 ready',
    '│ └ ✔ Kustomization/base',
    '├ ✔ apps  1/1 ready',
    '│ └ ✔ Kustomization/apps',
    '└ ✔ GitRepository/fleet',
    '',
  ]);
  expect(stderr).toMatch(/^◎ as the blueprint tells it, without ages, because you may not list /);
});

test('status --objects shows below each object what Flux deployed for it', async () => {
  const status = {
    lastAppliedRevision: 'main@sha1:0123456789abcdef0123456789abcdef01234567',
    inventory: { entries: [{ id: 'shop_web_apps_Deployment', v: 'v1' }] },
  };
  const { apiVersion, kind, namespace, name } = tenant.ref('Kustomization', 'apps');
  await tenant.client.cluster.applyStatus(
    { apiVersion, kind, metadata: { name, namespace: namespace ?? '' }, status },
    { fieldManager: 'flux-inventory' },
  );
  const args = ['status', 'platform', '--objects', '-n', tenant.namespace];
  const run = await program.run(args, '', { KUBECONFIG: cluster.controlPlane.kubeconfigPath });
  expect([run.code, run.stderr]).toEqual([0, '']);
  expect(run.stdout).toMatch(
    /│ └ ✔ Kustomization\/apps {2}main@sha1:01234567 {2}\d+s\n│ {3}└ · Deployment\/shop\/web\n/,
  );
});

test('events are those of the blueprint and of what it generated, and no others', async () => {
  const event = (name: string, kind: string, about: string, message: string): object => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: tenant.namespace },
    involvedObject: { kind, name: about, namespace: tenant.namespace },
    type: 'Warning',
    reason: 'BuildFailed',
    message,
    lastTimestamp: new Date(Date.now() + 1000).toISOString().replace(/\.\d+Z$/, 'Z'),
    source: { component: 'kustomize-controller' },
  });
  await tenant.client.apply(event('ours', 'Kustomization', 'apps', 'no such path'));
  await tenant.client.apply(event('others', 'Kustomization', 'elsewhere', 'of another'));
  const { stdout } = await waitFor('there is an event of the blueprint', async () => {
    const run = await view('events', 'platform');
    return run.stdout.includes('FluxBlueprint/platform') ? run : undefined;
  });
  expect(stdout).toMatch(/^LAST-SEEN +TYPE +REASON +OBJECT +MESSAGE\n/);
  expect(stdout).toMatch(/Warning +BuildFailed +Kustomization\/apps +no such path\n$/);
  expect(stdout).not.toContain('of another');
  const found = itemsOf((await view('events', 'platform', '-o', 'json')).stdout);
  expect(found.map(({ kind }) => kind)).toContain('Event');
  expect(found.at(-1)?.metadata.name).toBe('ours');
});

test('what the program prints to a file or a pipe has no colours', async () => {
  const { stdout } = await program.run(['get', '-n', tenant.namespace, '--kubeconfig', viewer], '', {
    FORCE_COLOR: '1',
  });
  expect(stdout).not.toContain('\u001b');
});
