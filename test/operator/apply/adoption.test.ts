import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/api/object.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { DEPLOYER, ENOUGH, grant } from '../../harness/blueprint/accounts.ts';
import { chainSpec } from '../../harness/blueprint/blueprints.ts';
import {
  FORMER_APPLIERS,
  ROOT_LABELS,
  kustomizeController,
} from '../../harness/blueprint/former-appliers.ts';
import { Tenant, managersOf } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

/** A tenant whose account has the rights that its blueprint needs, and no others. */
async function openGranted(): Promise<Tenant> {
  const tenant = await Tenant.open(cluster.client);
  await grant(tenant, ENOUGH);
  return tenant;
}

/** A blueprint of one layer `apps` that adopts. */
function adopting(fields: object = {}): object {
  return { ...chainSpec('apps'), serviceAccountName: DEPLOYER, adoption: 'Adopt', ...fields };
}

/** The Kustomization `apps` as a file says it: much that the blueprint does not say. */
function fromFile({ namespace }: Tenant, spec: object = {}, metadata: object = {}): KubeObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: {
      name: 'apps',
      namespace,
      labels: { team: 'shop' },
      annotations: { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
      ...metadata,
    },
    spec: {
      interval: '5m',
      prune: false,
      path: './theirs',
      timeout: '4m',
      retryInterval: '1m',
      postBuild: { substitute: { A: 'a' } },
      patches: [{ patch: 'a' }],
      healthChecks: [{ apiVersion: 'v1', kind: 'Service', name: 'a', namespace: 'b' }],
      sourceRef: { kind: 'GitRepository', name: 'theirs', namespace: 'flux-system' },
      ...spec,
    },
  };
}

/** What an object says beside who wrote it and when, in whatever namespace it is. */
function contentOf({ metadata, spec }: KubeObject, { namespace }: Tenant): unknown {
  const { labels, annotations, finalizers } = metadata;
  const content = JSON.stringify({ labels, annotations, finalizers, spec });
  return JSON.parse(content.replaceAll(namespace, 'NAMESPACE'));
}

/** What the blueprint makes where nothing is. */
async function makeAnew(spec: object): Promise<unknown> {
  const tenant = await openGranted();
  await tenant.applyBlueprint(spec);
  await tenant.bringUp();
  return contentOf(await tenant.get('Kustomization', 'apps'), tenant);
}

test.each(Object.entries(FORMER_APPLIERS))(
  'what %s applied becomes exactly what the blueprint says, and stays the same object',
  async (_, applier) => {
    const tenant = await openGranted();
    const foreign = await applier.apply(tenant, fromFile(tenant));
    await tenant.applyBlueprint(adopting());
    await tenant.bringUp();
    const adopted = await tenant.get('Kustomization', 'apps');
    expect(contentOf(adopted, tenant)).toEqual(await makeAnew(adopting()));
    expect(adopted.metadata.uid).toBe(foreign.metadata.uid);
    expect(managersOf(adopted)).not.toContain(applier.manager);
  },
);

test('what several have applied one after the other goes with the fields of all of them', async () => {
  const tenant = await openGranted();
  for (const [i, applier] of Object.values(FORMER_APPLIERS).entries())
    await applier.apply(
      tenant,
      fromFile(tenant, { targetNamespace: `n${i}` }, { labels: { [`team-${i}`]: 'a' } }),
    );
  await tenant.applyBlueprint(adopting());
  await tenant.bringUp();
  const adopted = await tenant.get('Kustomization', 'apps');
  expect(contentOf(adopted, tenant)).toEqual(await makeAnew(adopting()));
});

test('the status, finalizers, a suspension by hand, and what people set of it stay', async () => {
  const tenant = await openGranted();
  const { client } = tenant;
  const ref = tenant.ref('Kustomization', 'apps');
  await kustomizeController.apply(tenant, fromFile(tenant));
  await tenant.patch(ref, { metadata: { finalizers: ['finalizers.fluxcd.io'] } }, 'kustomize-controller');
  await client.setReady(ref, 'True');
  await tenant.patch(ref, { spec: { suspend: true } }, 'flux');
  const requested = { 'reconcile.fluxcd.io/requestedAt': 'now' };
  await tenant.patch(ref, { metadata: { annotations: requested } }, 'flux');
  await tenant.patch(ref, { metadata: { labels: { note: 'mine' } }, spec: { force: true } }, 'kubectl-edit');
  await tenant.applyBlueprint(adopting());
  const adopted = await waitFor('it is adopted', async () => {
    const found = await tenant.get('Kustomization', 'apps');
    return found.metadata.labels?.['fluxblueprint.io/name'] === 'platform' && found;
  });
  expect(adopted).toMatchObject({
    metadata: { finalizers: ['finalizers.fluxcd.io'], annotations: requested, labels: { note: 'mine' } },
    spec: { suspend: true, force: true, path: './apps' },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
  expect(adopted).not.toHaveProperty('spec.timeout');
  expect(adopted.metadata.labels).not.toHaveProperty('team');
  await tenant.patch(ref, { metadata: { finalizers: null } }, 'kustomize-controller');
});

test('an account that may not change the object takes nothing of it', async () => {
  const tenant = await openGranted();
  await grant(tenant, { ...ENOUGH, 'kustomizations.kustomize.toolkit.fluxcd.io': ['get', 'create'] });
  const foreign = await kustomizeController.apply(tenant, fromFile(tenant));
  await tenant.applyBlueprint(adopting());
  await tenant.untilCondition({ type: 'Ready', status: 'False', says: '/apps was not accepted' });
  const { metadata, spec } = await tenant.get('Kustomization', 'apps');
  expect({ metadata, spec }).toEqual({ metadata: foreign.metadata, spec: foreign['spec'] });
});

test('a parent that goes on applying is told, and not fought', async () => {
  const tenant = await openGranted();
  await kustomizeController.apply(tenant, fromFile(tenant));
  await tenant.applyBlueprint(adopting());
  await tenant.bringUp();
  const begun = performance.now();
  const taken = (): number =>
    cluster.operator.log.filter(
      ({ msg, object }) => msg === 'took over' && String(object).includes(tenant.namespace),
    ).length;
  for (let i = 0; i < 10; i++) {
    await kustomizeController.apply(tenant, fromFile(tenant, { path: `./theirs/${i}` }));
    await tenant.reconcileNow();
  }
  // The adoption, a correction at once, and then at most one a minute.
  expect(taken()).toBeLessThanOrEqual(2 + (performance.now() - begun) / 60_000);
  expect((await tenant.get('Kustomization', 'apps')).metadata.labels).toMatchObject(ROOT_LABELS);
  // What the blueprint says anew does not wait.
  await tenant.applyBlueprint(adopting({ commonMetadata: { labels: { color: 'blue' } } }));
  await waitFor('the change is applied', async () => {
    const { metadata } = await tenant.get('Kustomization', 'apps');
    return metadata.labels?.['color'] === 'blue';
  });
  // A new operator knows of no correction.
  await kustomizeController.apply(tenant, fromFile(tenant, { path: './theirs' }));
  await cluster.restartOperator();
  const back = await waitFor('it is taken back', async () => {
    const found = await tenant.get('Kustomization', 'apps');
    return found.metadata.labels?.['kustomize.toolkit.fluxcd.io/name'] === undefined && found;
  });
  expect(managersOf(back)).not.toContain('kustomize-controller');
  const notes = (await tenant.events()).filter(({ reason }) => reason === 'TwoManagers');
  expect(notes.map(({ note }) => note)).toContain(
    `took Kustomization/${tenant.namespace}/apps (spec.layers[0]) back from Kustomization flux-system/root, which applies it too: remove its file from the path of that Kustomization`,
  );
});
