import { expect, test } from '@jest/globals';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { useStand } from './stand.ts';

const stand = useStand();

test('large blueprints that are not suspended are reconciled one after the other', async () => {
  const tenant = await Tenant.open(stand.cluster.client);
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
  stand.operator.report(`${count} blueprints of 60 objects of 280 kB`);
  expect(stand.operator.ended).toBe(false);
  expect(stand.operator.mostBytes).toBeLessThan(stand.operator.limitBytes);
});
