import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RECONCILE_REQUEST, REQUEST_MANAGER } from '../../../src/api/names.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { chainSpec } from '../../harness/blueprint/blueprints.ts';
import { artifactOf, playRevision } from '../environments/staged.ts';
import { Tenant, managersOf } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

/** What an object was asked by annotation; undefined where it was not. */
async function askedOf(tenant: Tenant, kind: string, name: string): Promise<string | undefined> {
  return (await tenant.get(kind, name)).metadata.annotations?.[RECONCILE_REQUEST];
}

async function untilAsked(tenant: Tenant, kind: string, name: string, not?: string): Promise<string> {
  const value = await waitFor(`${kind} ${name} is asked`, async () => {
    const asked = await askedOf(tenant, kind, name);
    return asked === not ? undefined : asked;
  });
  return value;
}

/** Plays source-controller: a new revision is fetched. */
function fetch(tenant: Tenant, revision: string): Promise<void> {
  return playRevision(tenant, tenant.ref('GitRepository', 'fleet'), { artifact: artifactOf(revision) });
}

/** Plays kustomize-controller: a revision is applied. */
function applied(tenant: Tenant, name: string, revision: string, handled?: string): Promise<void> {
  const more = handled === undefined ? {} : { lastHandledReconcileAt: handled };
  return playRevision(tenant, tenant.ref('Kustomization', name), { lastAppliedRevision: revision, ...more });
}

/** Plays kustomize-controller, which looks too early. */
function leaveWaiting(tenant: Tenant, name: string): Promise<void> {
  const message = `dependency '${tenant.namespace}/base' is not ready`;
  return tenant.client.setReady(tenant.ref('Kustomization', name), 'False', 'DependencyNotReady', message);
}

test('an object that waits hears once that its dependency is ready, and again at the next revision', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
  await tenant.untilThere('Kustomization', 'apps');
  await fetch(tenant, 'main@sha1:1');
  await leaveWaiting(tenant, 'apps');
  await tenant.untilCondition({ type: 'Ready', says: '1/3 ready' });
  expect(await askedOf(tenant, 'Kustomization', 'apps')).toBeUndefined();

  await applied(tenant, 'base', 'main@sha1:1');
  const first = await untilAsked(tenant, 'Kustomization', 'apps');
  expect(Date.parse(first)).not.toBeNaN();
  await tenant.reconcileNow();
  await tenant.untilCondition({ type: 'Ready', says: '2/3 ready' });
  expect(await askedOf(tenant, 'Kustomization', 'apps')).toBe(first);
  expect(managersOf(await tenant.get('Kustomization', 'apps'))).toContain(REQUEST_MANAGER);
  await applied(tenant, 'apps', 'main@sha1:1');
  await tenant.untilCondition({ type: 'Ready', status: 'True' });

  // A new commit: `base` is ready with the old one until it hears of it.
  await fetch(tenant, 'main@sha1:2');
  await leaveWaiting(tenant, 'apps');
  await tenant.untilCondition({ type: 'Ready', says: 'waiting for' });
  expect(await askedOf(tenant, 'Kustomization', 'apps')).toBe(first);
  await applied(tenant, 'base', 'main@sha1:2');
  await untilAsked(tenant, 'Kustomization', 'apps', first);
  await applied(tenant, 'apps', 'main@sha1:2');
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
});

test('a request of the blueprint goes to its sources, and to each layer when those before it have handled it', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
  await tenant.bringUp();
  const request = '2030-01-01T00:00:00.5Z';
  await tenant.patch(tenant.blueprintRef(), { metadata: { annotations: { [RECONCILE_REQUEST]: request } } });
  expect(await untilAsked(tenant, 'GitRepository', 'fleet')).toBe(request);
  await waitFor('the blueprint has handled it', async () => {
    return (await tenant.status()).lastHandledReconcileAt === request;
  });
  expect(await askedOf(tenant, 'Kustomization', 'base')).toBeUndefined();

  const artifact = artifactOf('main@sha1:1');
  const source = tenant.ref('GitRepository', 'fleet');
  await playRevision(tenant, source, { artifact, lastHandledReconcileAt: request });
  expect(await untilAsked(tenant, 'Kustomization', 'base')).toBe(request);
  expect(await askedOf(tenant, 'Kustomization', 'apps')).toBeUndefined();
  await applied(tenant, 'base', 'main@sha1:1', request);
  expect(await untilAsked(tenant, 'Kustomization', 'apps')).toBe(request);
});

test('a request on its way goes on after a restart', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base'));
  await tenant.bringUp();
  const request = '2030-01-01T00:00:01.5Z';
  await tenant.patch(tenant.blueprintRef(), { metadata: { annotations: { [RECONCILE_REQUEST]: request } } });
  await untilAsked(tenant, 'GitRepository', 'fleet');
  await cluster.restartOperator('SIGKILL');
  await playRevision(tenant, tenant.ref('GitRepository', 'fleet'), {
    artifact: artifactOf('main@sha1:1'),
    lastHandledReconcileAt: request,
  });
  expect(await untilAsked(tenant, 'Kustomization', 'base')).toBe(request);
});
