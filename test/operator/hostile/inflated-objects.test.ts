import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mapConcurrently } from '../../../src/operator/context/map-concurrently.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { type BoundedOperator, startBoundedOperator } from '../../harness/operator/bounded-operator.ts';
import { type BareCluster, startBareCluster } from '../../harness/operator/cluster.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: BareCluster;
let operator: BoundedOperator;

beforeAll(async () => {
  cluster = await startBareCluster();
  operator = await startBoundedOperator(cluster);
});

afterAll(async () => {
  await operator.stop();
  await cluster.stop();
});

/** As large as the API server takes in annotations. */
const NOTE = 'x'.repeat(255_000);

const chart = (values: object): object => ({
  sources: [{ name: 'charts', helm: { url: 'https://charts.example.com' } }],
  layers: [{ name: 'shop', helmRelease: { chart: { spec: { chart: 'shop', version: '1.x' } }, values } }],
});

test('what is too large to be held is generated, kept as desired, and left alone where nothing changed', async () => {
  const tenant = await Tenant.open(cluster.client);
  const text = 'x'.repeat(600_000);
  await tenant.applyBlueprint(chart({ text, replicas: 1 }));
  await tenant.untilThere('HelmRelease', 'shop');
  await tenant.bringUp();
  const { metadata } = await tenant.get('HelmRelease', 'shop');
  await tenant.reconcileNow();
  expect((await tenant.get('HelmRelease', 'shop')).metadata.generation).toBe(metadata.generation);
  // Drift, in the part of which no copy is held.
  await tenant.patch(tenant.ref('HelmRelease', 'shop'), { spec: { values: { replicas: 7 } } });
  await waitFor('the drift is repaired', async () => {
    const { spec } = await tenant.get('HelmRelease', 'shop');
    return (spec as { values: { replicas: number } }).values.replicas === 1;
  });
  await tenant.applyBlueprint(chart({ text, replicas: 2 }));
  await waitFor('the change is applied', async () => {
    const { spec } = await tenant.get('HelmRelease', 'shop');
    return (spec as { values: { replicas: number } }).values.replicas === 2;
  });
  await operator.restart();
  await tenant.patch(tenant.ref('HelmRelease', 'shop'), {
    metadata: { labels: { 'fluxblueprint.io/layer': 'x' } },
  });
  await waitFor('the label is put back', async () => {
    const live = await tenant.get('HelmRelease', 'shop');
    return live.metadata.labels?.['fluxblueprint.io/layer'] === 'shop';
  });
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  expect(await tenant.generated()).toEqual([]);
});

test('large blueprints that are not suspended are reconciled one after the other', async () => {
  const tenant = await Tenant.open(cluster.client);
  const text = 'x'.repeat(20_000);
  const count = 12;
  // The manifests of each take 17 MB: together they are more than half of the heap, and so are their copies.
  for (let n = 0; n < count; n++) {
    const named = Array.from({ length: 60 }, (_, i) => layer(`l-${n}-${i}`));
    const variables = {
      substitute: Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`V${i}`, text])),
    };
    await tenant.applyBlueprint(
      { sources: [gitSource(`fleet-${n}`)], layers: named, variables },
      `large-${n}`,
    );
  }
  for (let n = 0; n < count; n++) await tenant.untilThere('Kustomization', `l-${n}-59`);
  operator.report(`${count} blueprints of 60 objects of 280 kB`);
  expect(operator.ended).toBe(false);
  expect(operator.mostBytes).toBeLessThan(operator.limitBytes);
});

// Last, because no list of all these objects in one piece fits into an answer.
test('generated objects and accounts that somebody inflates take no memory', async () => {
  const tenant = await Tenant.open(cluster.client);
  const count = 300;
  const components = Array.from({ length: count }, (_, i) => layer(`apps-${i}`));
  await tenant.applyBlueprint({ sources: [gitSource()], layers: [{ name: 'all', components }] });
  const annotations = { note: NOTE };
  const refs = Array.from({ length: count }, (_, i) => tenant.ref('Kustomization', `apps-${i}`));
  await mapConcurrently(refs, 8, async (ref) => {
    await tenant.untilThere('Kustomization', ref.name);
    await tenant.patch(ref, { metadata: { annotations } });
  });
  for (let i = 0; i < 100; i++) {
    const metadata = { name: `inflated-${i}`, namespace: tenant.namespace, annotations };
    await tenant.client.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  }
  await operator.restart();
  await tenant.reconcileNow();
  operator.report('300 Kustomizations and 100 accounts, each with 255 kB of annotations');
  expect(operator.ended).toBe(false);
  expect(operator.mostBytes).toBeLessThan(operator.limitBytes / 2);
});
