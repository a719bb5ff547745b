import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { type BoundedOperator, startBoundedOperator } from '../../harness/operator/bounded-operator.ts';
import { type BareCluster, startBareCluster } from '../../harness/operator/cluster.ts';

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
