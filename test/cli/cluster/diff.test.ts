import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { removeCrd } from '../../harness/api-server/crds.ts';
import { chainSpec, gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { ENOUGH, grant } from '../../harness/blueprint/accounts.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { waitFor } from '../../harness/wait-for.ts';
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

async function open(spec: object): Promise<Tenant> {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(spec);
  await tenant.bringUp();
  return tenant;
}

/** Runs `diff` for a spec, as the administrator unless a kubeconfig is given. */
async function diff(
  tenant: Tenant,
  spec: object,
  args: readonly string[] = [],
  kubeconfig = cluster.controlPlane.kubeconfigPath,
): Promise<Run> {
  const file = await program.write(`${crypto.randomUUID()}.json`, JSON.stringify(tenant.manifest(spec)));
  return program.run(['diff', file, '-n', tenant.namespace, '--kubeconfig', kubeconfig, ...args]);
}

const FLUX = ['gitrepositories.source.toolkit.fluxcd.io', 'kustomizations.kustomize.toolkit.fluxcd.io'];

/** A kubeconfig of somebody who may read a blueprint and what it generated, and these beside. */
async function personWith(tenant: Tenant, verbs: string[], ...more: object[]): Promise<string> {
  const kubeconfig = await makePerson(cluster.controlPlane, tenant, [
    rule('fluxblueprints.fluxblueprint.io', 'get'),
    ...FLUX.map((resource) => rule(resource, 'get', ...verbs)),
    ...more,
  ]);
  await waitFor('the rights are in force', async () => {
    return (await diff(tenant, chainSpec('base'), [], kubeconfig)).code !== 2;
  });
  return kubeconfig;
}

test('diff shows deletions first, then fields, and says by what it compared', async () => {
  const tenant = await open(chainSpec('base', 'apps'));
  const spec = {
    sources: [gitSource('fleet', { timeout: '30s' })],
    layers: [layer('base', [], { interval: '5m' })],
  };
  const { code, stdout, stderr } = await diff(tenant, spec);
  const { namespace } = tenant;
  expect(stdout).toBe(`FluxBlueprint ${namespace}/platform: 1 to delete, 2 to change
  DELETED: 1 object
    - Kustomization/${namespace}/apps  with all that it deployed
      from layer apps
  in no layer
    ~ GitRepository/${namespace}/fleet  spec.sources[0]
        ~ spec.timeout: 60s → 30s
  layer base
    ~ Kustomization/${namespace}/base  spec.layers[0]
        ~ spec.interval: 10m → 5m
`);
  expect([code, stderr]).toEqual([1, '◎ compared by a dry run of the API server, as you\n']);
  const same = await diff(tenant, chainSpec('base', 'apps'));
  expect([same.code, same.stdout]).toEqual([
    0,
    `FluxBlueprint ${namespace}/platform: nothing changes; 3 stay as they are\n`,
  ]);
});

test('a field that somebody else has set, and what Flux sets, is no difference; drift of ours is', async () => {
  const tenant = await open(chainSpec('base'));
  await tenant.patch(tenant.ref('Kustomization', 'base'), {
    spec: { force: true },
    metadata: { labels: { a: 'b' } },
  });
  expect((await diff(tenant, chainSpec('base'))).code).toBe(0);
});

test('with the right to patch it is a dry run; without, by the fields, and that is said', async () => {
  const tenant = await open(chainSpec('base'));
  const changed = { sources: [gitSource()], layers: [layer('base', [], { interval: '5m' })] };
  const may = await diff(tenant, changed, [], await personWith(tenant, ['patch']));
  expect(may.stderr).toBe('◎ compared by a dry run of the API server, as you\n');
  const mayNot = await diff(tenant, changed, [], await personWith(tenant, []));
  expect(mayNot.stderr).toBe(
    '◎ compared by a dry run of the API server, as you; 2 objects by their live fields, because you may not try to apply them\n',
  );
  expect([may.code, mayNot.code]).toEqual([1, 1]);
  expect(may.stdout).toBe(mayNot.stdout);
});

test('a blueprint with an account is tried as that, by those who may impersonate it', async () => {
  const tenant = await Tenant.open(cluster.client);
  await grant(tenant, ENOUGH);
  const spec = { ...chainSpec('base'), serviceAccountName: 'deployer' };
  await tenant.applyBlueprint(spec);
  await tenant.bringUp();
  const changed = { ...spec, layers: [layer('base', [], { interval: '5m' })] };
  const name = `ServiceAccount ${tenant.namespace}/deployer`;
  const impersonate = rule('serviceaccounts', 'impersonate');
  const may = await diff(tenant, changed, [], await personWith(tenant, [], impersonate));
  expect(may.stderr).toBe(`◎ compared by a dry run of the API server, as ${name}\n`);
  const mayNot = await diff(tenant, changed, [], await personWith(tenant, ['patch']));
  expect(mayNot.stderr).toBe(
    `◎ compared by the fields of what is there, because you may not impersonate ${name}: defaults that come in place of what goes are not known\n`,
  );
  expect(may.stdout).toBe(mayNot.stdout);
  expect(may.stdout).toContain('~ spec.interval: 10m → 5m');
  // What the account may not do, the operator cannot do for it.
  await grant(tenant, { 'gitrepositories.source.toolkit.fluxcd.io': ['get', 'create', 'patch', 'delete'] });
  const refused = await waitFor('the account may not write', async () => {
    const run = await diff(tenant, changed);
    return run.code === 2 ? run : undefined;
  });
  expect(refused.stdout).toMatch(/\n {2}✗ Kustomization\/\S+\/base: .*cannot patch resource/);
});

test('what is not ours is refused by the operator, and diff says so', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.client.apply({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'fleet', namespace: tenant.namespace },
    spec: { url: 'https://example.com/other.git', interval: '1m' },
  });
  const { code, stdout } = await diff(tenant, chainSpec('base'));
  expect(code).toBe(2);
  expect(stdout).toMatch(
    /✗ GitRepository\/\S+\/fleet: it exists, and belongs to .*: name it differently, or have it adopted/,
  );
  expect(stdout).toMatch(/\+ Kustomization\/\S+\/base {2}spec\.layers\[0\]\n {8}\+ /);
});

test.each(['text', 'json', 'yaml', 'markdown'])(
  'the output %s ends a closed pipe quietly',
  async (output) => {
    const tenant = await open(chainSpec('base'));
    const file = await program.write(
      `${crypto.randomUUID()}.json`,
      JSON.stringify(tenant.manifest(chainSpec('new'))),
    );
    const child = program.start([
      'diff',
      file,
      '-o',
      output,
      '--kubeconfig',
      cluster.controlPlane.kubeconfigPath,
    ]);
    child.stdout?.destroy();
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    await new Promise((resolve) => child.once('close', resolve));
    expect(stderr).not.toContain('EPIPE');
  },
);

test('failures have exit code 2 and one sentence', async () => {
  const tenant = await open(chainSpec('base'));
  const nowhere = await diff(tenant, chainSpec('base'), ['--context', 'nowhere']);
  expect([nowhere.code, nowhere.stdout]).toEqual([2, '']);
  expect(nowhere.stderr).toMatch(/^✗ the kubeconfig has no context "nowhere"[^\n]*\n$/);
  const broken = await diff(tenant, { layers: [{ name: 'base', kustomisation: {} }] });
  expect([broken.code, broken.stdout]).toEqual([2, '']);
  expect(broken.stderr).toMatch(/^✗ .*kustomisation.*\n?/);
  const nobody = await makePerson(cluster.controlPlane, tenant, []);
  const refused = await diff(tenant, chainSpec('base'), [], nobody);
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toMatch(
    /^✗ you may not get fluxblueprints\.fluxblueprint\.io in namespace .*: ask for/,
  );
  const missing = await program.run(['diff', '/nowhere/at/all.yaml']);
  expect([missing.code, missing.stdout]).toEqual([2, '']);
});

test('a blueprint that is being deleted, and one that is suspended, are told', async () => {
  const tenant = await open(chainSpec('base'));
  const suspended = await diff(tenant, { ...chainSpec('base', 'more'), suspend: true });
  expect(suspended.code).toBe(1);
  expect(suspended.stderr).toMatch(/is suspended: nothing changes before it is resumed/);
  await cluster.operator.stop();
  await tenant.deleteBlueprint();
  const { code, stderr } = await diff(tenant, chainSpec('base'));
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/is being deleted since .*: wait until it is gone/),
  ]);
  await cluster.restartOperator();
  await tenant.untilDeleted();
});

test('without the CRD of a kind of Flux, that is told', async () => {
  const tenant = await open(chainSpec('base'));
  const installAgain = await removeCrd(cluster.client, 'buckets.source.toolkit.fluxcd.io');
  const { code, stderr } = await diff(tenant, {
    sources: [{ name: 'assets', bucket: { bucketName: 'assets', endpoint: 'storage.example.com' } }],
    layers: [layer('base')],
  });
  await installAgain();
  expect(code).toBe(2);
  expect(stderr).toMatch(/Bucket/);
});
