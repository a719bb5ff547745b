import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/api/object.ts';
import { SeededRandom } from '../harness/random.ts';
import { FaultProxy } from '../harness/api-server/fault-proxy.ts';
import { chainSpec, gitSource, layer } from '../harness/blueprint/blueprints.ts';
import { removeCrd } from '../harness/api-server/crds.ts';
import { waitFor } from '../harness/wait-for.ts';
import { describeCounts } from './audit/audit.ts';
import { chooseSeed, report, untilConverged } from './audit/converge.ts';
import { FaultCluster } from './cluster/fault-cluster.ts';
import { untilCondition } from './cluster/observe-tenant.ts';
import { changingSpec } from './chaos/changing-spec.ts';
import { ACCOUNT, FaultTenant } from './cluster/fault-tenant.ts';

let cluster: FaultCluster;
let proxy: FaultProxy;

beforeAll(async () => {
  cluster = await FaultCluster.start();
  proxy = await FaultProxy.start(cluster.operatorKubeconfig);
  const kubeconfigPath = join(cluster.controlPlane.folder, 'proxy.kubeconfig');
  await writeFile(kubeconfigPath, proxy.config.exportConfig());
  await cluster.startOperator({ kubeconfigPath });
});

afterEach(() => {
  proxy.script = () => undefined;
});

afterAll(async () => {
  await cluster.stop();
  await proxy.close();
});

const CLEAN = { orphans: [], lost: [], foreign: [], escalations: [] };
const HELM_RELEASES = 'helmreleases.helm.toolkit.fluxcd.io';

test('a kind that goes in mid-life stops what uses it, and everything is made again when it comes back', async () => {
  const seed = chooseSeed(6);
  const random = new SeededRandom(seed);
  const tenants = await Promise.all(
    ['a', 'b', 'c'].map((letter, i) =>
      FaultTenant.open(cluster, `kind-${letter}`, i % 2 === 0 ? ACCOUNT : undefined),
    ),
  );
  const [changed, deleted] = tenants;
  let rounds = 0;
  for (const restMs of [0, 200, 2000]) {
    for (const tenant of tenants) await tenant.apply(changingSpec(random));
    await untilConverged(cluster);
    const [install] = await Promise.all([removeCrd(cluster.client, HELM_RELEASES), deleted?.delete()]);
    await changed?.apply(changingSpec(random));
    // Until the operator has seen that the kind is gone, or has not.
    await sleep(restMs);
    await install();
    const { findings } = await untilConverged(cluster);
    expect(findings).toEqual(CLEAN);
    rounds++;
  }
  const { findings } = await untilConverged(cluster);
  report(`a CRD removed and put back ${rounds} times (seed ${seed}): ${describeCounts(findings)}`);
});

test('a kind that is not served for a while, though discovery lists it, is asked for again without an event', async () => {
  const tenant = await FaultTenant.open(cluster, 'not-served');
  proxy.script = ({ path }) =>
    path.includes('/namespaces/not-served/kustomizations')
      ? { kind: 'answer', status: 404, body: '404 page not found' }
      : undefined;
  await tenant.apply(chainSpec('base', 'apps'));
  await untilCondition(tenant, { type: 'Ready', status: 'Unknown' }, 'the CRD of Kustomization');
  proxy.script = () => undefined;
  const { findings } = await untilConverged(cluster);
  expect(findings).toEqual(CLEAN);
  report(`a kind not served for a while: ${describeCounts(findings)}`);
});

test('a kind that is not served for a while, though discovery lists it, counts as no deletion', async () => {
  const tenant = await FaultTenant.open(cluster, 'not-served-deleted');
  await tenant.apply(chainSpec('base', 'apps'));
  await untilConverged(cluster);
  proxy.script = ({ path }) =>
    path.includes('/namespaces/not-served-deleted/kustomizations')
      ? { kind: 'answer', status: 404, body: '404 page not found' }
      : undefined;
  await tenant.delete();
  await untilCondition(tenant, { type: 'Ready' }, 'is of a kind that is not served just now');
  proxy.script = () => undefined;
  const { findings } = await untilConverged(cluster);
  expect(findings).toEqual(CLEAN);
  report(`a kind not served during a deletion: ${describeCounts(findings)}`);
});

/** A kind of Flux's image automation in two versions, the second of which is stored. */
function imageCrd(firstServed: boolean): object {
  const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec: anything, status: anything } } };
  const versions = [
    { name: 'v1beta1', served: firstServed, storage: false, subresources: { status: {} }, schema },
    { name: 'v1', served: true, storage: true, subresources: { status: {} }, schema },
  ];
  const group = 'image.toolkit.fluxcd.io';
  const names = {
    kind: 'ImageRepository',
    plural: 'imagerepositories',
    singular: 'imagerepository',
    listKind: 'ImageRepositoryList',
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `imagerepositories.${group}` },
    spec: { group, scope: 'Namespaced', names, versions },
  };
}

async function findImages(namespace: string): Promise<KubeObject[]> {
  await cluster.client.discovery.refresh();
  return cluster.client.list('image.toolkit.fluxcd.io', 'ImageRepository', namespace);
}

test('what was generated in a version that is served no longer is deleted all the same', async () => {
  const tenant = await FaultTenant.open(cluster, 'old-version');
  await cluster.client.apply(imageCrd(true));
  const spec = { image: 'registry.example.com/shop', interval: '5m' };
  const object = { apiVersion: 'image.toolkit.fluxcd.io/v1beta1', kind: 'ImageRepository', spec };
  await tenant.apply({ sources: [gitSource()], layers: [layer('base'), { name: 'shop', object }] });
  await waitFor('the object is there', async () => (await findImages('old-version')).length === 1);
  await cluster.client.apply(imageCrd(false));
  await waitFor('the version is gone', async () => {
    const path = '/apis/image.toolkit.fluxcd.io/v1beta1/imagerepositories';
    const served = await cluster.client.transport.request({ method: 'GET', path }).then(
      () => true,
      () => false,
    );
    return !served;
  });
  await tenant.delete();
  await tenant.untilGone();
  // Just after its CRD has changed, a kind cannot be listed for a moment.
  const left = await waitFor('the kind can be listed', () => findImages('old-version'));
  expect(left).toEqual([]);
});
