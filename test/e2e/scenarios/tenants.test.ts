import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { DEPLOYER, ENOUGH, grant } from '../../harness/blueprint/accounts.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import type { Tenant } from '../../harness/blueprint/tenant.ts';
import { type Cleanups, cleanUp } from '../../harness/cleanup.ts';
import type { GitRepository } from '../../harness/flux/servers/git-repository.ts';
import { configMapYaml } from '../../harness/flux/manifests.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { Scenario, startOwnCluster } from '../scenario/scenario.ts';

/** Flux's multi-tenancy lock-down, and the operator's flags of the same names. */
const LOCKED = ['--no-cross-namespace-refs'];
const ACCOUNT = `--default-service-account=${DEPLOYER}`;

const EVERY_VERB = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
/** What the account of a tenant may do in its namespace, and nowhere else: deploy ConfigMaps, and charts of them. */
const FEW_RIGHTS = {
  ...ENOUGH,
  'helmrepositories.source.toolkit.fluxcd.io': ['get', 'create', 'patch', 'delete'],
  'helmreleases.helm.toolkit.fluxcd.io': ['get', 'create', 'patch', 'delete'],
  configmaps: EVERY_VERB,
  // Where Helm keeps its releases.
  secrets: EVERY_VERB,
};

const cleanups: Cleanups = [];
let shop: Tenant;
let bank: Tenant;
let shopCode: GitRepository;
let bankCode: GitRepository;
let charts: string;

beforeAll(async () => {
  const cluster = await startOwnCluster('tenants', {
    flags: {
      kustomize: [...LOCKED, ACCOUNT, '--no-remote-bases'],
      helm: [...LOCKED, ACCOUNT],
      notification: LOCKED,
    },
    operatorArgs: [...LOCKED, ACCOUNT],
  });
  cleanups.push(() => cluster.stop());
  const [first, second] = [await Scenario.open({ cluster }), await Scenario.open({ cluster })];
  cleanups.push(
    () => first.close(),
    () => second.close(),
  );
  [shop, bank] = [first.tenant, second.tenant];
  for (const tenant of [shop, bank]) await grant(tenant, FEW_RIGHTS);
  const git = await first.startGit();
  [shopCode, bankCode] = [await git.createRepository('shop'), await git.createRepository('bank')];
  await shopCode.commit({
    'app/app.yaml': configMapYaml(shop.namespace, 'app', { owner: 'shop' }),
    'foreign/foreign.yaml': configMapYaml(bank.namespace, 'app', { owner: 'shop' }),
    'moved/moved.yaml': configMapYaml(shop.namespace, 'app', { owner: 'shop' }),
    'account/account.yaml': stringify({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'more', namespace: shop.namespace },
    }),
  });
  await bankCode.commit({ 'app/app.yaml': configMapYaml(bank.namespace, 'app', { owner: 'bank' }) });
  const repository = await first.startCharts();
  await repository.publish({ name: 'hello', version: '1.0.0' });
  charts = repository.url;
});

afterAll(() => cleanUp(cleanups));

/** A Kustomization and a HelmRelease from a tenant's own sources. */
function ownSpec(code: GitRepository): object {
  return {
    sources: [gitSource('code', { url: code.url }), { name: 'charts', helm: { url: charts } }],
    layers: [
      { ...layer('app'), source: 'code' },
      {
        name: 'hello',
        dependsOn: ['app'],
        source: 'charts',
        helmRelease: { chart: { spec: { chart: 'hello', version: '1.0.0' } } },
      },
    ],
  };
}

/** What of the shop's code a second blueprint of the shop would deploy, as the account of the shop. */
function intrude(...layers: object[]): Promise<unknown> {
  const spec = { sources: [gitSource('more-code', { url: shopCode.url })], layers };
  return shop.applyBlueprint({ ...spec, serviceAccountName: DEPLOYER }, 'intruder');
}

async function endIntrusion(): Promise<void> {
  await shop.deleteBlueprint('intruder');
  await shop.untilDeleted('intruder');
}

async function readConfigMap({ client, namespace }: Tenant, name: string): Promise<unknown> {
  return (await client.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name }))?.['data'];
}

/** How the API server refuses what the account of the shop may not do. */
const refusal = (): string => `system:serviceaccount:${shop.namespace}:${DEPLOYER}" cannot`;

/** What the status of the second blueprint says of an object that failed, in the words of Flux. */
async function failureOf(name: string): Promise<string | undefined> {
  const value = await waitFor(`${name} has failed`, async () => {
    const { components = [] } = await shop.status('intruder');
    return components.find((component) => component.name === name && component.state === 'Failed');
  });
  return value.message;
}

test('each tenant deploys in its own namespace, by an account that it names or by the default one', async () => {
  await shop.applyBlueprint({ ...ownSpec(shopCode), serviceAccountName: DEPLOYER });
  await bank.applyBlueprint(ownSpec(bankCode));
  await shop.untilCondition({ type: 'Ready', status: 'True' });
  await bank.untilCondition({ type: 'Ready', status: 'True' });
  expect(await readConfigMap(shop, 'app')).toEqual({ owner: 'shop' });
  expect(await readConfigMap(bank, 'app')).toEqual({ owner: 'bank' });
  for (const tenant of [shop, bank])
    expect(await readConfigMap(tenant, 'hello')).toEqual({ message: 'hello', version: '1.0.0' });
  expect(await shop.get('Kustomization', 'app')).toHaveProperty('spec.serviceAccountName', DEPLOYER);
  expect(await bank.get('Kustomization', 'app')).not.toHaveProperty('spec.serviceAccountName');
});

test('what the account may not deploy in its own namespace is refused, and the status says so', async () => {
  await intrude(layer('account'));
  expect(await failureOf('account')).toContain(refusal());
  await endIntrusion();
});

test('nothing is deployed to another tenant, neither by what is in Git nor by the target namespace', async () => {
  await intrude(layer('foreign'), layer('moved', [], { targetNamespace: bank.namespace }));
  for (const name of ['foreign', 'moved']) {
    expect(await failureOf(name)).toContain(refusal());
  }
  expect(await readConfigMap(bank, 'app')).toEqual({ owner: 'bank' });
  await endIntrusion();
});

test('nothing is generated in the namespace of another tenant, and nothing there is taken over', async () => {
  const before = await bank.get('Kustomization', 'app');
  const spec = {
    adoption: 'Adopt',
    sources: [gitSource('more-code', { url: shopCode.url })],
    layers: [{ ...layer('app'), namespace: bank.namespace }],
  };
  await shop.applyBlueprint({ ...spec, serviceAccountName: DEPLOYER }, 'intruder');
  await shop.untilCondition({ type: 'Stalled', says: '--no-cross-namespace-refs' }, 'intruder');
  const sources = [{ ...gitSource('more-code', { url: shopCode.url }), namespace: bank.namespace }];
  await shop.applyBlueprint({ ...spec, sources, serviceAccountName: DEPLOYER }, 'intruder');
  const refused = await shop.untilCondition({ type: 'Ready', status: 'False' }, 'intruder');
  expect(refused.message).toContain(refusal());
  expect((await bank.get('Kustomization', 'app')).metadata).toEqual(before.metadata);
  expect(await bank.find('GitRepository', 'more-code')).toBeUndefined();
  await endIntrusion();
});

test('nothing of another tenant is used or read', async () => {
  const theirs = { kind: 'GitRepository', name: 'code', namespace: bank.namespace };
  await intrude({ name: 'app', kustomization: { path: './app', sourceRef: theirs } });
  await shop.untilCondition(
    { type: 'Stalled', says: `refers to GitRepository ${bank.namespace}/code` },
    'intruder',
  );

  const dependency = { apiVersion: 'v1', kind: 'ConfigMap', name: 'app', namespace: bank.namespace };
  await intrude({
    ...layer('moved'),
    dependsOnObjects: [{ ...dependency, readyExpr: 'dep.data.owner == "bank"' }],
  });
  const { message } = await shop.untilCondition({ type: 'Ready', says: 'cannot be read' }, 'intruder');
  expect(message).toContain(refusal());
  await endIntrusion();
});

test('a tenant that goes takes its own along and nothing else', async () => {
  await shop.deleteBlueprint();
  await shop.untilDeleted();
  expect(await readConfigMap(shop, 'app')).toBeUndefined();
  expect(await readConfigMap(shop, 'hello')).toBeUndefined();
  expect(await readConfigMap(bank, 'app')).toEqual({ owner: 'bank' });
  await bank.untilCondition({ type: 'Ready', status: 'True' });
});
