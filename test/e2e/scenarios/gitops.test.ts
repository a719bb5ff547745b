import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { GROUP, KIND } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { assessHealth } from '../../../src/core/health/health.ts';
import { layer } from '../../harness/blueprint/blueprints.ts';
import { DeletionLog } from '../../harness/blueprint/deletion-log.ts';
import { requestReconcile } from '../../harness/flux/request-reconcile.ts';
import type { GitRepository } from '../../harness/flux/servers/git-repository.ts';
import { configMapYaml } from '../../harness/flux/manifests.ts';
import { Scenario } from '../scenario/scenario.ts';
import { Timeline } from '../../harness/flux/timeline.ts';
import { waitFor } from '../../harness/wait-for.ts';

const RBAC = 'rbac.authorization.k8s.io';
/** What Flux's bootstrap is called. */
const BOOTSTRAP = 'flux-system';
/** What is deployed beside what is generated. */
const DEPLOYED = [
  { group: '', kind: 'ConfigMap' },
  { group: '', kind: 'ServiceAccount' },
  { group: RBAC, kind: 'RoleBinding' },
];

let scenario: Scenario;
let timeline: Timeline;
let fleet: GitRepository;

beforeAll(async () => {
  scenario = await Scenario.open();
  const { tenant, client } = scenario;
  tenant.extraKinds.push(...DEPLOYED, { group: GROUP, kind: KIND });
  timeline = await Timeline.start(client, tenant.namespace);
  fleet = await (await scenario.startGit()).createRepository('fleet');
  await fleet.commit({
    'accounts/accounts.yaml': accountYaml(tenant.namespace),
    'base/base.yaml': configMapYaml(tenant.namespace, 'base', {}),
    'apps/apps.yaml': configMapYaml(tenant.namespace, 'apps', {}),
    'more/more.yaml': configMapYaml(tenant.namespace, 'more', {}),
  });
  await client.apply({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: BOOTSTRAP, namespace: tenant.namespace },
    spec: { url: fleet.url, ref: { branch: 'main' }, interval: '1h' },
  });
  await client.apply({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: BOOTSTRAP, namespace: tenant.namespace },
    spec: {
      sourceRef: { kind: 'GitRepository', name: BOOTSTRAP },
      path: './cluster',
      interval: '1h',
      prune: true,
      wait: true,
    },
  });
});

afterAll(async () => {
  await timeline.stop();
  await scenario.close();
});

/** The account that deploys everything after it, and its rights. */
function accountYaml(namespace: string): string {
  const metadata = { name: 'deployer', namespace };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    },
  ]
    .map((object) => stringify(object))
    .join('---\n');
}

/** Commits a blueprint, which uses the source of the bootstrap and makes none, and has Flux fetch it. */
async function commitBlueprint(...layers: object[]): Promise<string> {
  const bootstrap = { name: 'fleet', sourceRef: { kind: 'GitRepository', name: BOOTSTRAP } };
  const blueprint = scenario.tenant.manifest({ sources: [bootstrap], layers });
  const revision = await fleet.commit({ 'cluster/platform.yaml': stringify(blueprint) });
  await requestReconcile(scenario.tenant, 'GitRepository', BOOTSTRAP);
  return revision;
}

const asDeployer = { serviceAccountName: 'deployer' };
const accounts = layer('accounts');
const base = layer('base', ['accounts'], asDeployer);
const apps = layer('apps', ['base'], asDeployer);

/** Waits until Flux's Kustomization of the bootstrap is ready with a revision; where that is on the timeline. */
async function untilBootstrapReady(revision: string): Promise<number> {
  const { at } = await timeline.until(`is ready with ${revision}`, 'Kustomization', BOOTSTRAP, (object) => {
    const health = assessHealth(object);
    return health.state === 'Ready' && health.revision === revision;
  });
  return at;
}

/** Where on the timeline a generation of the blueprint was first ready. */
async function blueprintReadyAt(generation: number): Promise<number> {
  const isReady = (object: KubeObject): boolean =>
    object.metadata.generation === generation && assessHealth(object).state === 'Ready';
  return (await timeline.until(`is ready in generation ${generation}`, KIND, 'platform', isReady)).at;
}

async function listNames(group: string, kind: string): Promise<string[]> {
  const found = await scenario.client.list(group, kind, scenario.tenant.namespace);
  return found.map(({ metadata }) => metadata.name).sort();
}

test('the Kustomization that delivers a blueprint is ready only when all of the blueprint is', async () => {
  const revision = await commitBlueprint(accounts, base, apps);
  const ready = await untilBootstrapReady(revision);
  expect(await blueprintReadyAt(1)).toBeLessThan(ready);
  for (const name of ['accounts', 'base', 'apps']) {
    const isReady = (object: KubeObject): boolean => assessHealth(object).state === 'Ready';
    expect((await timeline.until('is ready', 'Kustomization', name, isReady)).at).toBeLessThan(ready);
  }
  expect(await listNames('', 'ConfigMap')).toEqual(['apps', 'base']);
  // The source is that of the bootstrap.
  expect(await scenario.tenant.generatedNames()).toEqual([
    'Kustomization/accounts',
    'Kustomization/apps',
    'Kustomization/base',
  ]);
});

test('a commit changes the blueprint, and what it deploys', async () => {
  const revision = await commitBlueprint(accounts, base, layer('more', ['base'], asDeployer));
  const ready = await untilBootstrapReady(revision);
  expect(await blueprintReadyAt(2)).toBeLessThan(ready);
  expect(await listNames('', 'ConfigMap')).toEqual(['base', 'more']);
});

test('a commit with a blueprint that is refused fails its Kustomization, and the next one mends it', async () => {
  await commitBlueprint(accounts, base, layer('apps', ['bsae']));
  const refused = `FluxBlueprint/${scenario.tenant.namespace}/platform`;
  await timeline.until(`fails by ${refused}`, 'Kustomization', BOOTSTRAP, (object) => {
    const { state, message = '' } = assessHealth(object);
    return state === 'Failed' && message.includes(refused);
  });
  expect(await listNames('', 'ConfigMap')).toEqual(['base', 'more']);
  await untilBootstrapReady(await commitBlueprint(accounts, base, apps));
  expect(await listNames('', 'ConfigMap')).toEqual(['apps', 'base']);
});

test('a commit that removes the blueprint takes all of it down in reverse order, the account last', async () => {
  const { tenant } = scenario;
  const log = await DeletionLog.start(tenant);
  await fleet.commit({ 'cluster/kustomization.yaml': 'resources: []\n' });
  const revision = await fleet.remove('cluster/platform.yaml');
  await requestReconcile(tenant, 'GitRepository', BOOTSTRAP);
  await tenant.untilDeleted();
  const order = await log.end(8);
  expect(order.slice(0, 4)).toEqual([
    'ConfigMap/apps',
    'Kustomization/apps',
    'ConfigMap/base',
    'Kustomization/base',
  ]);
  expect(order.slice(4, 6).sort()).toEqual(['RoleBinding/deployer', 'ServiceAccount/deployer']);
  expect(order.slice(6)).toEqual(['Kustomization/accounts', 'FluxBlueprint/platform']);
  await untilBootstrapReady(revision);
});

test('of a blueprint that was removed nothing is left', async () => {
  for (const { group, kind } of [...DEPLOYED, { group: GROUP, kind: KIND }])
    expect({ kind, left: await listNames(group, kind) }).toEqual({ kind, left: [] });
  const value = await waitFor('only the bootstrap is left', async () => {
    const names = await listNames('kustomize.toolkit.fluxcd.io', 'Kustomization');
    return names.join() === BOOTSTRAP && names;
  });
  expect(value).toEqual([BOOTSTRAP]);
});
