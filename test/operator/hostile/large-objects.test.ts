import { expect, test } from '@jest/globals';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { useStand } from './stand.ts';

const stand = useStand();

const chart = (values: object): object => ({
  sources: [{ name: 'charts', helm: { url: 'https://charts.example.com' } }],
  layers: [{ name: 'shop', helmRelease: { chart: { spec: { chart: 'shop', version: '1.x' } }, values } }],
});

/** How often the events say that a change by hand was undone. */
async function countRepairs(tenant: Tenant): Promise<number> {
  const events = await tenant.events();
  return events.filter(({ reason }) => reason === 'DriftRepaired').length;
}

test('what is too large to be held is generated, kept as desired, and left alone where nothing changed', async () => {
  const tenant = await Tenant.open(stand.cluster.client);
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
  await stand.operator.restart();
  const before = await tenant.get('HelmRelease', 'shop');
  const repairs = await countRepairs(tenant);
  await tenant.reconcileNow();
  // The operator has applied it to find out whether it was changed meanwhile, and it was not.
  expect((await tenant.get('HelmRelease', 'shop')).metadata.resourceVersion).toBe(
    before.metadata.resourceVersion,
  );
  expect(await countRepairs(tenant)).toBe(repairs);
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
