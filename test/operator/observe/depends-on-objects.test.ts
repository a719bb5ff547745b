import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ObjectRef } from '../../../src/api/object.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { ENOUGH, grant } from '../../harness/blueprint/accounts.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

/** A layer that waits for an object that others make. */
function waitingFor(dependency: object, more: object = {}): object {
  return {
    sources: [gitSource()],
    layers: [{ ...layer('apps'), dependsOnObjects: [dependency] }],
    ...more,
  };
}

const VAULT = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'vault' };
const READY_REPLICAS = { ...VAULT, readyExpr: 'dep.status.readyReplicas > 0' };

function vaultOf({ namespace }: Tenant): ObjectRef {
  return { ...VAULT, namespace };
}

async function makeVault(tenant: Tenant): Promise<void> {
  const labels = { app: 'vault' };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: 'vault', image: 'example.com/vault' }] },
  };
  const { apiVersion, kind, namespace = '', name } = vaultOf(tenant);
  const spec = { selector: { matchLabels: labels }, template };
  await tenant.client.apply({ apiVersion, kind, metadata: { name, namespace }, spec });
}

/** Plays the controller of Deployments. */
async function setReplicas(tenant: Tenant, readyReplicas: number): Promise<void> {
  const { apiVersion, kind, namespace = '', name } = vaultOf(tenant);
  const status = { observedGeneration: 1, replicas: 1, readyReplicas };
  const object = { apiVersion, kind, metadata: { name, namespace }, status };
  await tenant.client.cluster.applyStatus(object, { fieldManager: 'stand-in' });
}

test('a component waits for what others make, shows why, is applied when that is ready, and does not wait again', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(waitingFor(READY_REPLICAS));
  const vault = `Deployment/${tenant.namespace}/vault`;
  const blocked = { type: 'Ready', status: 'Unknown' } as const;
  await tenant.untilThere('GitRepository', 'fleet');
  await tenant.client.setReady(tenant.ref('GitRepository', 'fleet'), 'True');
  await tenant.untilCondition({ ...blocked, says: `waits for ${vault}, which does not exist` });
  await makeVault(tenant);
  await setReplicas(tenant, 0);
  await tenant.untilCondition({
    ...blocked,
    says: /vault, whose readyExpr fails: no such key \(1:12, at "readyReplicas"\)$/,
  });
  expect(await tenant.find('Kustomization', 'apps')).toBeUndefined();
  await setReplicas(tenant, 1);
  await tenant.untilThere('Kustomization', 'apps');
  await setReplicas(tenant, 0);
  await tenant.bringUp();
  await tenant.client.cluster.delete(tenant.ref('Kustomization', 'apps'));
  await tenant.untilThere('Kustomization', 'apps');
});

test('what others make is ready by kstatus where no expression says otherwise', async () => {
  const tenant = await Tenant.open(cluster.client);
  const theirs = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', name: 'theirs' };
  const spec = {
    interval: '10m',
    prune: true,
    path: '../',
    sourceRef: { kind: 'GitRepository', name: 'fleet' },
  };
  const { apiVersion, kind, name } = theirs;
  await tenant.client.apply({ apiVersion, kind, metadata: { name, namespace: tenant.namespace }, spec });
  await tenant.applyBlueprint(waitingFor(theirs));
  await tenant.untilThere('GitRepository', 'fleet');
  await tenant.client.setReady(tenant.ref('GitRepository', 'fleet'), 'True');
  await tenant.untilCondition({ type: 'Ready', says: `Kustomization/${tenant.namespace}/theirs (` });
  expect(await tenant.find('Kustomization', 'apps')).toBeUndefined();
  await tenant.client.setReady(tenant.ref('Kustomization', 'theirs'), 'True');
  await tenant.untilThere('Kustomization', 'apps');
});

test('where the account may read what others make and not watch it, the operator polls; where it may not read, that is reported', async () => {
  const tenant = await Tenant.open(cluster.client);
  await grant(tenant, ENOUGH);
  await makeVault(tenant);
  await setReplicas(tenant, 1);
  await tenant.applyBlueprint(waitingFor(READY_REPLICAS, { serviceAccountName: 'deployer' }));
  await tenant.untilThere('GitRepository', 'fleet');
  await tenant.client.setReady(tenant.ref('GitRepository', 'fleet'), 'True');
  await tenant.untilCondition({ type: 'Ready', says: /vault, which cannot be read: .*deployer" cannot get/ });
  await grant(tenant, { ...ENOUGH, 'deployments.apps': ['get'] });
  await tenant.untilThere('Kustomization', 'apps');
});

test('a Secret can be waited for, and the wait reveals nothing of what is in it', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(waitingFor({ apiVersion: 'v1', kind: 'Secret', name: 'license' }));
  await tenant.untilCondition({ type: 'Ready', says: /./ });
  const metadata = { name: 'license', namespace: tenant.namespace };
  await tenant.client.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    stringData: { key: 'marker-of-a-value' },
  });
  await tenant.untilThere('Kustomization', 'apps');
  expect(JSON.stringify(await tenant.blueprint())).not.toContain('marker-of-a-value');
});
