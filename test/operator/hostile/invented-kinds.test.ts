import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { type BareCluster, startBareCluster } from '../../harness/operator/cluster.ts';
import { type Replica, startReplica } from '../../harness/operator/replica.ts';

/** How many kinds each edit invents. The flag allows them, so that only the discovery is bounded. */
const KINDS = 300;

/** How many edits there are. */
const EDITS = 4;

let cluster: BareCluster;
let replica: Replica;

beforeAll(async () => {
  cluster = await startBareCluster();
  const args = [`--max-kinds-per-blueprint=${KINDS}`];
  replica = await startReplica(cluster.bundleFile, cluster.controlPlane.kubeconfigPath, args);
});

afterAll(async () => {
  await replica.stop();
  await cluster.stop();
});

/** How often the operator asked what the cluster serves. */
function discoveries(): number {
  return replica.proxy.seen.filter(({ path }) => path === '/apis').length;
}

/** A blueprint that makes objects of kinds that nobody has, and waits for others. */
function inventing(edit: number, count: number): object {
  const half = Math.ceil(count / 2);
  const components = Array.from({ length: half }, (_, i) => ({
    name: `object-${i}`,
    object: { apiVersion: 'image.toolkit.fluxcd.io/v1', kind: `Invented${edit}x${i}`, spec: {} },
  }));
  const dependsOnObjects = Array.from({ length: count - half }, (_, i) => ({
    apiVersion: `group-${edit}-${i}.example.com/v1`,
    kind: `Awaited${i}`,
    name: 'a',
  }));
  const waits = dependsOnObjects.slice(0, 100);
  const more = dependsOnObjects.slice(100);
  return {
    sources: [gitSource()],
    layers: [
      { name: 'objects', components },
      { ...layer('waits'), dependsOnObjects: waits },
      { ...layer('more'), dependsOnObjects: more },
    ],
  };
}

test('kinds that nobody has, others at each edit, are not asked for one by one', async () => {
  const hostile = await Tenant.open(cluster.client);
  const good = await Tenant.open(cluster.client);
  const before = discoveries();
  const began = performance.now();
  for (let edit = 0; edit < EDITS; edit++) {
    await hostile.applyBlueprint(inventing(edit, KINDS));
    await hostile.untilCondition({ type: 'Ready', says: `/${KINDS / 2 + 3} ready` });
    await good.applyBlueprint({ sources: [gitSource()], layers: [layer(`apps-${edit}`)] });
    await good.untilThere('Kustomization', `apps-${edit}`);
  }
  const seconds = (performance.now() - began) / 1000;
  const asked = discoveries() - before;
  process.stdout.write(
    `${EDITS} edits of ${KINDS} invented kinds: ${asked} discoveries in ${seconds.toFixed(1)} s\n`,
  );
  // Ten at once, one more for each second, and one in five seconds for what is to be generated.
  expect(asked).toBeLessThanOrEqual(10 + Math.ceil(seconds * 1.2) + 1);
  await hostile.deleteBlueprint();
  await hostile.untilDeleted();
});

test('a blueprint of more kinds than are allowed is refused before the cluster is asked for one', async () => {
  const tenant = await Tenant.open(cluster.client);
  const before = discoveries();
  await tenant.applyBlueprint(inventing(99, KINDS + 1));
  const { message } = await tenant.untilCondition({ type: 'Stalled', reason: 'InvalidBlueprint' });
  expect(message).toContain(`names ${KINDS + 1} kinds`);
  expect(discoveries()).toBe(before);
});
