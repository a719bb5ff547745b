import { expect, test } from '@jest/globals';
import { mapConcurrently } from '../../../src/operator/context/map-concurrently.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { useStand } from './stand.ts';

const stand = useStand();

/** As large as the API server takes in annotations. */
const NOTE = 'x'.repeat(255_000);

test('generated objects and accounts that somebody inflates take no memory', async () => {
  const tenant = await Tenant.open(stand.cluster.client);
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
  await stand.operator.restart();
  await tenant.reconcileNow();
  stand.operator.report('300 Kustomizations and 100 accounts, each with 255 kB of annotations');
  expect(stand.operator.ended).toBe(false);
  expect(stand.operator.mostBytes).toBeLessThan(stand.operator.limitBytes / 2);
});
