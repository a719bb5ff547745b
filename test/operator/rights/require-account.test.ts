import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { DEPLOYER, ENOUGH, grant } from '../../harness/blueprint/accounts.ts';
import { chainSpec, gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant, versionsOf } from '../../harness/blueprint/tenant.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster(['--require-service-account']);
});

afterAll(() => cluster.stop());

/** A tenant whose account has its rights. */
async function openGranted(): Promise<Tenant> {
  const tenant = await Tenant.open(cluster.client);
  await grant(tenant, ENOUGH);
  return tenant;
}

/** A blueprint of one layer `base` with the account `deployer`. */
function asDeployer(fields: object = {}, more: object = {}): object {
  return {
    serviceAccountName: DEPLOYER,
    sources: [gitSource()],
    layers: [{ ...layer('base'), ...fields }],
    ...more,
  };
}

const INVALID = { type: 'Stalled', status: 'True', reason: 'InvalidBlueprint' } as const;
const OTHER = { serviceAccountName: 'cluster-admin' };

test('a blueprint without an account is refused with what to do, and works when it names one', async () => {
  const tenant = await openGranted();
  await tenant.applyBlueprint(chainSpec('base'));
  const { message } = await tenant.untilCondition(INVALID);
  expect(message).toBe(
    'spec.serviceAccountName: is required, because the operator runs with --require-service-account: name a ServiceAccount of this namespace that may write what the blueprint asks for',
  );
  expect(await tenant.generated()).toEqual([]);
  await tenant.applyBlueprint(asDeployer());
  await tenant.bringUp();
  expect(await tenant.get('Kustomization', 'base')).toHaveProperty('spec.serviceAccountName', DEPLOYER);
});

/**
 * Ways to have Flux apply by another account: what is changed in the layer, in the blueprint, and where that is
 * reported.
 */
const WAYS: [string, object, object, string][] = [
  ['unset', { unset: ['serviceAccountName'] }, {}, 'spec.layers[0]'],
  ['the block', { kustomization: OTHER }, {}, 'spec.layers[0].kustomization.serviceAccountName'],
  [
    'unset and the block',
    { kustomization: OTHER, unset: ['serviceAccountName'] },
    {},
    'spec.layers[0].kustomization.serviceAccountName',
  ],
  ['defaults', {}, { defaults: { kustomization: OTHER } }, 'spec.defaults.kustomization.serviceAccountName'],
  [
    'an environment',
    {},
    { environments: [{ name: 'staging', ...OTHER }] },
    'spec.environments[0].serviceAccountName',
  ],
  [
    'the defaults of an environment',
    {},
    { environments: [{ name: 'staging', defaults: { kustomization: OTHER } }] },
    'spec.environments[0].defaults.kustomization.serviceAccountName',
  ],
  [
    'a layer of an environment',
    {},
    { environments: [{ name: 'staging', layers: [{ name: 'base', unset: ['serviceAccountName'] }] }] },
    'spec.layers[0]',
  ],
  [
    'a ConfigMap that names the cluster',
    { kustomization: { kubeConfig: { configMapRef: { name: 'here' } } }, unset: ['serviceAccountName'] },
    {},
    'spec.layers[0]',
  ],
  [
    'a ResourceSet',
    {},
    {
      layers: [
        {
          name: 'base',
          object: { apiVersion: 'fluxcd.controlplane.io/v1', kind: 'ResourceSet', spec: { resources: [] } },
        },
      ],
    },
    'spec.layers[0]',
  ],
];

test.each(WAYS)('no other account comes by %s, whatever the policy says', async (_, fields, more, path) => {
  const tenant = await openGranted();
  await tenant.applyBlueprint(asDeployer());
  await tenant.bringUp();
  const before = versionsOf(await tenant.generated());
  const exceptions = ['base', 'defaults', 'environments/staging'].map((target) => ({
    rule: 'own-account',
    target,
    reason: 'we like it so',
  }));
  const policy = { antiPatterns: 'Disabled', exceptions };
  await tenant.applyBlueprint(asDeployer(fields, { ...more, policy }));
  const { message } = await tenant.untilCondition(INVALID);
  expect(message).toContain('--require-service-account');
  expect(message.slice(0, message.indexOf(': '))).toBe(path);
  await tenant.reconcileNow();
  expect(versionsOf(await tenant.generated())).toEqual(before);
});

test('on another cluster the accounts are those of that cluster', async () => {
  const tenant = await openGranted();
  const kubeConfig = { secretRef: { name: 'production-kubeconfig' } };
  const environments = [{ name: 'production', suffix: '', kubeConfig, serviceAccountName: 'remote' }];
  await tenant.applyBlueprint(asDeployer({}, { environments }));
  await tenant.bringUp();
  expect(await tenant.get('Kustomization', 'base')).toMatchObject({
    spec: { kubeConfig, serviceAccountName: 'remote' },
  });
});

test('a refused blueprint can be deleted', async () => {
  const tenant = await openGranted();
  await tenant.applyBlueprint(asDeployer());
  await tenant.bringUp();
  await tenant.applyBlueprint(chainSpec('base'));
  await tenant.untilCondition(INVALID);
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  expect(await tenant.generated()).toEqual([]);
});
