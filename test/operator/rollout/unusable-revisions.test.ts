import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { API_VERSION, DIGEST_ANNOTATION, KIND, REVISION_KIND } from '../../../src/api/names.ts';
import type { Revision } from '../../../src/api/schema/revision/revision.ts';
import { digestSpec, revisionName } from '../../../src/core/rollout/revision.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { type Tenant, versionsOf } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { openReady, untilInterval } from '../environments/staged.ts';
import { approve, listRevisions, refOf, underRollout, untilWaits } from './revisions.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

const STRANGER = { apiVersion: API_VERSION, kind: KIND, name: 'another', uid: 'stranger', controller: true };

/** Puts something else in the place of a stored revision, or nothing. */
type Replace = (old: Revision) => (Pick<Revision, 'spec'> & { owner?: object }) | undefined;

/** A revision with another spec, under the digest that it had. */
const evil = ({ spec }: Revision, description = ''): Pick<Revision, 'spec'> => {
  const snapshot = { ...spec.snapshot, layers: [{ name: 'evil', kustomization: {} }], description };
  return { spec: { ...spec, snapshot } };
};

const REPLACED: [string, string, Replace][] = [
  ['has another spec', 'does not have the digest', (old) => evil(old)],
  ['is as large as an object may be', 'does not have the digest', (old) => evil(old, 'x'.repeat(1_000_000))],
  ['is gone', 'is missing', () => undefined],
  ["is another blueprint's", "another blueprint's", ({ spec }) => ({ spec, owner: STRANGER })],
];

test.each(REPLACED)(
  'a revision in force that %s is told of and never used, and nothing is deleted because of it',
  async (_, told, replace) => {
    const tenant = await openReady(cluster.client, underRollout('10m', {}));
    await tenant.applyBlueprint(underRollout('7m', { approval: 'Manual' }));
    await untilWaits(tenant, 'Approval');
    await cluster.operator.stop();
    await put(tenant, replace);
    const before = versionsOf(await tenant.generated());
    await cluster.restartOperator();
    await waitFor('it is told of', async () => {
      const { waitsFor } = await tenant.status();
      if (waitsFor?.message.includes(told) === true) return true;
      throw new Error(JSON.stringify(waitsFor));
    });
    await tenant.reconcileNow();
    expect(versionsOf(await tenant.generated())).toEqual(before);
    const { plan } = await tenant.status();
    await approve(tenant, plan?.digest);
    await untilInterval(tenant, 'apps', '7m');
  },
);

/** Replaces the first revision that is stored. */
async function put(tenant: Tenant, replace: Replace): Promise<void> {
  const [old] = await listRevisions(tenant);
  if (old === undefined) throw new Error('no revision is stored');
  const { name, ownerReferences, labels, annotations } = old.metadata;
  await tenant.client.cluster.delete(refOf(tenant, name));
  const replaced = replace(old);
  if (replaced === undefined) return;
  const { spec, owner } = replaced;
  const metadata = {
    ...{ name, namespace: tenant.namespace, labels, annotations },
    ownerReferences: owner === undefined ? ownerReferences : [owner],
  };
  await tenant.client.apply({ apiVersion: API_VERSION, kind: old.kind, metadata, spec });
}

test('an object of somebody else under the name of a revision is told of, and keeps back what gates would let in', async () => {
  const tenant = await openReady(cluster.client, underRollout('10m', {}));
  const wanted = underRollout('7m', { maxDeletions: 5 });
  const digest = digestSpec(wanted);
  const name = revisionName('platform', digest);
  const metadata = {
    ...{ name, namespace: tenant.namespace, ownerReferences: [STRANGER] },
    annotations: { [DIGEST_ANNOTATION]: digest },
  };
  const spec = { blueprint: 'another', revision: 1, digest, snapshot: wanted };
  await tenant.client.apply({ apiVersion: API_VERSION, kind: REVISION_KIND, metadata, spec });
  const before = versionsOf(await tenant.generated());
  await tenant.applyBlueprint(wanted);
  await tenant.untilCondition({
    type: 'Ready',
    status: 'False',
    says: `FluxBlueprintRevision ${name} is not of this blueprint: delete it`,
  });
  expect(versionsOf(await tenant.generated())).toEqual(before);
  await tenant.client.cluster.delete(refOf(tenant, name));
  await tenant.reconcileNow();
  await untilInterval(tenant, 'apps', '7m');
});
