import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type BareCluster, startBareCluster } from '../../harness/operator/cluster.ts';
import { removeCrd } from '../../harness/api-server/crds.ts';
import { chainSpec } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { Program, type Run } from '../program.ts';
import { makePerson, rule } from './people.ts';

let program: Program;
/** No operator runs here: what one would do is not looked at. */
let cluster: BareCluster;

beforeAll(async () => {
  program = await Program.bundle();
  cluster = await startBareCluster();
});

afterAll(async () => {
  await cluster.stop();
  await program.remove();
});

async function open(spec: object = chainSpec('base')): Promise<Tenant> {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(spec);
  return tenant;
}

/** Runs the program as the administrator. */
function run(tenant: Tenant, ...args: string[]): Promise<Run> {
  return program.run([...args, '-n', tenant.namespace], '', {
    KUBECONFIG: cluster.controlPlane.kubeconfigPath,
  });
}

async function suspensionOf(tenant: Tenant): Promise<object> {
  const { suspend, suspendReason, suspendUntil, suspendScope } = (await tenant.blueprint()).spec;
  return { suspend, suspendReason, suspendUntil, suspendScope };
}

const NOTHING = {
  suspend: undefined,
  suspendReason: undefined,
  suspendUntil: undefined,
  suspendScope: undefined,
};

test('suspend and resume need to read and to patch the blueprint, and no more', async () => {
  const tenant = await open();
  const kubeconfig = await makePerson(cluster.controlPlane, tenant, [
    rule('fluxblueprints.fluxblueprint.io', 'get', 'patch'),
  ]);
  const as = (...args: string[]): Promise<Run> =>
    program.run([...args, '-n', tenant.namespace, '--kubeconfig', kubeconfig]);
  await waitFor('the rights are in force', async () => (await as('get', 'platform')).code === 0);
  const suspended = await as(
    'suspend',
    'platform',
    '--reason',
    'a migration',
    '--until',
    '2099-01-01T00:00:00Z',
    '--generated',
  );
  expect([suspended.code, suspended.stdout]).toEqual([0, '']);
  expect(suspended.stderr).toBe(
    '✔ FluxBlueprint platform is suspended with all that it generated until 2099-01-01T00:00:00Z: a migration\n',
  );
  expect(await suspensionOf(tenant)).toEqual({
    suspend: true,
    suspendReason: 'a migration',
    suspendUntil: '2099-01-01T00:00:00Z',
    suspendScope: 'Generated',
  });
  const again = await as('suspend', 'platform');
  expect(again.stderr).toBe(
    '✔ FluxBlueprint platform is suspended\n◎ Flux goes on with what was generated: --generated suspends that too\n',
  );
  expect(await suspensionOf(tenant)).toEqual({ ...NOTHING, suspend: true });
  const resumed = await as('resume', 'platform');
  expect(resumed.stderr).toMatch(
    /^✔ FluxBlueprint platform is resumed; it was suspended\n◎ wait until it is ready: /,
  );
  expect(await suspensionOf(tenant)).toEqual(NOTHING);
  expect((await as('resume', 'platform')).stderr).toBe('◎ FluxBlueprint platform is not suspended\n');
  const missing = await as('suspend', 'platfrom');
  expect(missing.stderr).toMatch(/^✗ there is no FluxBlueprint "platfrom" in namespace \S+: see whether/);
});

test('what was done can be printed as the blueprint that it leaves', async () => {
  const tenant = await open();
  const suspended = await run(tenant, 'suspend', 'platform', '--reason', 'a migration', '-o', 'json');
  expect(JSON.parse(suspended.stdout)).toMatchObject({
    spec: { suspend: true, suspendReason: 'a migration' },
  });
  const resumed = await run(tenant, 'resume', 'platform', '-o', 'name');
  expect([resumed.code, resumed.stdout]).toEqual([0, 'fluxblueprint.fluxblueprint.io/platform\n']);
});

test('a suspension for some time ends then', async () => {
  const tenant = await open();
  await run(tenant, 'suspend', 'platform', '--until', '2h');
  const { suspendUntil = '' } = (await tenant.blueprint()).spec;
  const left = Date.parse(suspendUntil) - Date.now();
  expect(left).toBeGreaterThan(7_000_000);
  expect(left).toBeLessThanOrEqual(7_201_000);
});

test.each([
  ['--until', 'yesterday'],
  ['--until', '2020-01-01T00:00:00Z'],
  ['--reason', 'x'.repeat(1025)],
  ['--timeout', 'soon'],
  ['--unknown'],
])('wrong usage is told, and changes nothing: %s %s', async (...args) => {
  const tenant = await open();
  const { code, stderr } = await run(tenant, 'suspend', 'platform', ...args);
  expect([code, stderr.startsWith('error: ')]).toEqual([2, true]);
  expect(await suspensionOf(tenant)).toEqual(NOTHING);
});

test('a name and -A do not go together', async () => {
  const { code, stderr } = await run(await open(), 'get', 'platform', '-A');
  expect([code, stderr]).toEqual([2, expect.stringContaining('error: a name and -A do not go together')]);
});

test('where Flux applies the blueprint from Git, it is told whether that undoes it', async () => {
  const labels = {
    'kustomize.toolkit.fluxcd.io/name': 'fleet',
    'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
  };
  const tenant = await Tenant.open(cluster.client);
  const apply = async (spec: object): Promise<void> => {
    const { metadata, ...rest } = tenant.manifest(spec);
    await tenant.client.apply({ ...rest, metadata: { ...metadata, labels } }, 'kustomize-controller');
  };
  await apply(chainSpec('base'));
  expect((await run(tenant, 'suspend', 'platform', '--generated')).stderr).toContain(
    '◎ Kustomization flux-system/fleet applies this blueprint from Git, which does not set spec.suspend',
  );
  // So it is: the next apply leaves what the manifest does not set.
  await apply(chainSpec('base', 'apps'));
  expect(await suspensionOf(tenant)).toMatchObject({ suspend: true, suspendScope: 'Generated' });
  await apply({ ...chainSpec('base'), suspend: true });
  expect((await run(tenant, 'resume', 'platform')).stderr).toContain(
    '◎ Kustomization flux-system/fleet applies spec.suspend from Git, and will undo this at its next reconcile',
  );
  expect(await suspensionOf(tenant)).toEqual(NOTHING);
  await apply({ ...chainSpec('base'), suspend: true });
  expect(await suspensionOf(tenant)).toMatchObject({ suspend: true });
});

test('a policy that refuses it is told in its own words', async () => {
  const tenant = await open();
  const name = `no-suspension-${tenant.namespace}`;
  const apiVersion = 'admissionregistration.k8s.io/v1';
  await cluster.client.apply({
    apiVersion,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      matchConstraints: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': tenant.namespace } },
        resourceRules: [
          {
            apiGroups: ['fluxblueprint.io'],
            apiVersions: ['*'],
            operations: ['UPDATE'],
            resources: ['fluxblueprints'],
          },
        ],
      },
      validations: [
        {
          expression: '!(has(object.spec.suspend) && object.spec.suspend)',
          reason: 'Forbidden',
          message: 'nothing is suspended here',
        },
      ],
    },
  });
  await cluster.client.apply({
    apiVersion,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name, validationActions: ['Deny'] },
  });
  // The API server heeds a policy a moment after it is stored.
  const { code, stderr } = await waitFor('it is refused', async () => {
    const suspended = await run(tenant, 'suspend', 'platform');
    return suspended.code === 0 ? undefined : suspended;
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^✗ you may not patch fluxblueprints\.fluxblueprint\.io in namespace \S+ so: .*nothing is suspended here\n$/,
  );
});

test('a suspended blueprint is not asked for a reconcile, and not waited for', async () => {
  const tenant = await open({ ...chainSpec('base'), suspend: true, suspendReason: 'a migration' });
  const asked = await run(tenant, 'reconcile', 'platform');
  expect([asked.code, asked.stderr]).toEqual([
    1,
    `✗ FluxBlueprint platform is suspended: a migration; resume it first: fluxblueprint resume platform -n ${tenant.namespace}\n`,
  ]);
  const waited = await run(tenant, 'wait', 'platform');
  expect([waited.code, waited.stderr]).toEqual([1, expect.stringContaining('it is suspended: a migration')]);
});

test('a blueprint that is being deleted is told as that', async () => {
  const tenant = await open();
  await tenant.patch(tenant.blueprintRef(), { metadata: { finalizers: ['test.fluxblueprint.io/hold'] } });
  await tenant.deleteBlueprint();
  for (const command of ['suspend', 'resume', 'reconcile']) {
    const { code, stderr } = await run(tenant, command, 'platform');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^✗ FluxBlueprint platform is being deleted since .*; see what it waits for: fluxblueprint events/,
    );
  }
  expect((await run(tenant, 'wait', 'platform')).stderr).toContain('it is being deleted since');
  await tenant.patch(tenant.blueprintRef(), { metadata: { finalizers: null } });
});

test('wait says where no operator looks at the blueprint', async () => {
  const { code, stderr } = await run(await open(), 'wait', 'platform', '--timeout', '10s');
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(
      /^✗ FluxBlueprint platform is not ready after 10s: no operator has looked at this version of it yet/m,
    ),
  ]);
});

test('a cluster that does not know blueprints is told', async () => {
  const tenant = await open();
  const install = await removeCrd(cluster.client, 'fluxblueprints.fluxblueprint.io');
  const { code, stdout, stderr } = await run(tenant, 'get');
  await install();
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(
    /^✗ the cluster of context \S+ \(https:\S+\) does not know fluxblueprints\.fluxblueprint\.io: install FluxBlueprint there/,
  );
});
