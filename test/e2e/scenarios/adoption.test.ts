import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import type { KubeObject } from '../../../src/api/object.ts';
import { assessHealth } from '../../../src/core/health/health.ts';
import { DEPLOYER, grantAll } from '../../harness/blueprint/accounts.ts';
import { managersOf } from '../../harness/blueprint/tenant.ts';
import type { Files } from '../../harness/files.ts';
import { IdentityLog } from '../../harness/flux/identity-log.ts';
import { configMapYaml, deploymentYaml } from '../../harness/flux/manifests.ts';
import { requestReconcile } from '../../harness/flux/request-reconcile.ts';
import type { GitRepository } from '../../harness/flux/servers/git-repository.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { untilReadyWith } from '../scenario/deployed.ts';
import { Scenario } from '../scenario/scenario.ts';

/** The Kustomization that applies the folder `cluster`. */
const ROOT = 'root';
const KUSTOMIZATIONS = Array.from({ length: 10 }, (_, i) => `app-${i}`);
const RELEASES = ['web-0', 'web-1', 'web-2'];
/** It deploys a Deployment, which no controller here makes available. */
const UNAVAILABLE = 'app-9';
const PRUNE_DISABLED = { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' };
const DEPLOYED = [
  { group: '', kind: 'ConfigMap' },
  { group: 'apps', kind: 'Deployment' },
];

let scenario: Scenario;
let fleet: GitRepository;
let charts: string;
let deployed: IdentityLog;

beforeAll(async () => {
  scenario = await Scenario.open();
  const { tenant, client } = scenario;
  await grantAll(tenant);
  const repository = await scenario.startCharts();
  await repository.publish(...RELEASES.map((name) => ({ name, version: '1.0.0' })));
  charts = repository.url;
  fleet = await (await scenario.startGit()).createRepository('fleet');
  await fleet.commit({ ...appFiles(), ...clusterFiles({}) });
  const { namespace } = tenant;
  const sourceRef = { kind: 'GitRepository', name: 'fleet' };
  await client.apply({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'fleet', namespace },
    spec: { url: fleet.url, ref: { branch: 'main' }, interval: '1h' },
  });
  await client.apply({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: ROOT, namespace },
    spec: { sourceRef, path: './cluster', interval: '1h', prune: true },
  });
  deployed = await IdentityLog.start(client, namespace, DEPLOYED);
});

afterAll(async () => {
  await deployed.stop();
  await scenario.close();
});

/** What the Kustomizations deploy. */
function appFiles(): Files {
  const { namespace } = scenario.tenant;
  const files = KUSTOMIZATIONS.map((name) => [
    `apps/${name}/${name}.yaml`,
    name === UNAVAILABLE
      ? deploymentYaml(namespace, name, 'registry.example.com/app:1.0.0')
      : configMapYaml(namespace, name, { name }),
  ]);
  return Object.fromEntries(files) as Files;
}

/** The files of the objects of Flux, with more than a blueprint says. */
function clusterFiles(annotations: Record<string, string>): Files {
  const { namespace } = scenario.tenant;
  const objects = [
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'HelmRepository',
      metadata: { name: 'charts' },
      spec: { url: charts, interval: '30m', timeout: '45s' },
    },
    ...KUSTOMIZATIONS.map((name) => ({
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name },
      spec: {
        sourceRef: { kind: 'GitRepository', name: 'fleet' },
        path: `./apps/${name}`,
        interval: '7m',
        retryInterval: '2m',
        timeout: '3m',
        prune: true,
      },
    })),
    ...RELEASES.map((name) => ({
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata: { name },
      spec: {
        chart: {
          spec: { chart: name, version: '1.0.0', sourceRef: { kind: 'HelmRepository', name: 'charts' } },
        },
        interval: '7m',
        maxHistory: 3,
        values: { message: name },
      },
    })),
  ];
  return Object.fromEntries(
    objects.map((object) => [
      fileOf(object),
      stringify({
        ...object,
        metadata: { ...object.metadata, namespace, labels: { team: 'shop' }, annotations },
      }),
    ]),
  );
}

function fileOf({ kind, metadata }: { kind: string; metadata: { name: string } }): string {
  return `cluster/${kind}-${metadata.name}.yaml`.toLowerCase();
}

/** The blueprint that says the same, less what it has no need of. */
function blueprint(): KubeObject {
  const apps = KUSTOMIZATIONS.map((name) => ({
    name,
    source: 'fleet',
    kustomization: name === UNAVAILABLE ? { wait: false } : {},
  }));
  const releases = RELEASES.map((name) => ({
    name,
    source: 'charts',
    helmRelease: { chart: { spec: { chart: name, version: '1.0.0' } }, values: { message: name } },
  }));
  return scenario.tenant.manifest({
    serviceAccountName: DEPLOYER,
    adoption: 'Adopt',
    sources: [
      { name: 'fleet', sourceRef: { kind: 'GitRepository', name: 'fleet' } },
      { name: 'charts', helm: { url: charts } },
    ],
    layers: [
      { name: 'apps', components: apps },
      { name: 'releases', components: releases },
    ],
  });
}

/** Has Flux fetch a revision and the root Kustomization apply it. */
async function deliver(revision: string): Promise<void> {
  await requestReconcile(scenario.tenant, 'GitRepository', 'fleet');
  await untilReadyWith(scenario.tenant, 'Kustomization', ROOT, revision);
}

async function listOurs(): Promise<KubeObject[]> {
  const { tenant } = scenario;
  return Promise.all([
    tenant.get('HelmRepository', 'charts'),
    ...KUSTOMIZATIONS.map((name) => tenant.get('Kustomization', name)),
    ...RELEASES.map((name) => tenant.get('HelmRelease', name)),
  ]);
}

let before: KubeObject[];

test('a plain repository deploys ten Kustomizations and three releases', async () => {
  await waitFor('all of them are ready', async () => {
    before = await listOurs();
    const unready = before.filter((object) => assessHealth(object).state !== 'Ready');
    if (unready.length === 0) return true;
    throw new Error(unready.map(({ kind, metadata }) => `${kind}/${metadata.name}`).join(', '));
  });
  const found = [...KUSTOMIZATIONS, ...RELEASES].map((name) =>
    name === UNAVAILABLE ? `Deployment/${name}` : `ConfigMap/${name}`,
  );
  await waitFor('all that they deploy was seen', () => found.every((name) => deployed.names.includes(name)));
});

test('with the first commit the blueprint takes all of them over', async () => {
  const { tenant } = scenario;
  const files = { ...clusterFiles(PRUNE_DISABLED), 'cluster/platform.yaml': stringify(blueprint()) };
  await deliver(await fleet.commit(files));
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  // The parent may apply an object once more after the blueprint took it.
  const adopted = await waitFor('they are what the blueprint says', async () => {
    const found = await listOurs();
    for (const { metadata, spec } of found) {
      const { labels = {}, annotations = {} } = metadata;
      const marks = Object.keys({ ...labels, ...annotations });
      expect(marks.filter((mark) => mark.includes('kustomize.') || mark === 'team')).toEqual([]);
      expect(JSON.stringify(spec)).not.toMatch(/retryInterval|maxHistory|45s|"3m"|"7m"/);
    }
    return found;
  });
  expect(adopted.map(({ metadata }) => metadata.uid)).toEqual(before.map(({ metadata }) => metadata.uid));
});

test('while the first files are there, the parent that applies them is told', async () => {
  const { tenant } = scenario;
  await requestReconcile(tenant, 'Kustomization', ROOT);
  const value = await waitFor('the parent is a finding', async () => {
    await tenant.reconcileNow();
    const { findings = [] } = await tenant.status();
    return findings.find(({ rule }) => rule === 'two-managers');
  });
  expect(value.message).toContain(
    `is applied by Kustomization ${tenant.namespace}/${ROOT} (path ./cluster of GitRepository fleet) too`,
  );
});

test('with the second commit the parent prunes nothing of it, and the blueprint alone applies it', async () => {
  const { tenant } = scenario;
  const revision = await fleet.remove(...Object.keys(clusterFiles({})));
  await deliver(revision);
  const inventory = (await tenant.get('Kustomization', ROOT))['status'] as {
    inventory: { entries: { id: string }[] };
  };
  expect(inventory.inventory.entries.map(({ id }) => id)).toEqual([
    `${tenant.namespace}_platform_fluxblueprint.io_FluxBlueprint`,
  ]);
  await waitFor('the parent is no finding any more', async () => {
    await tenant.reconcileNow();
    const { findings = [] } = await tenant.status();
    return !findings.some(({ rule }) => rule === 'two-managers');
  });
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  const kept = await listOurs();
  expect(kept.map(({ metadata }) => metadata.uid)).toEqual(before.map(({ metadata }) => metadata.uid));
  for (const object of kept) {
    const appliers = (object.metadata.managedFields ?? []).filter(({ operation }) => operation === 'Apply');
    expect(appliers.map(({ manager }) => manager)).toEqual(['fluxblueprint']);
    expect(managersOf(object)).toContain('fluxblueprint');
  }
});

test('of all that is deployed nothing was deleted, made anew or restarted', () => {
  expect(deployed.counts).toEqual({ deleted: 0, recreated: 0, restarted: 0 });
});
