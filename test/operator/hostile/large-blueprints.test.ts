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

/** What a blueprint of about 829 kB holds: text, or as much memory for each byte as JSON can take. */
const FILLINGS = {
  text: 'x'.repeat(820_000),
  'empty objects': Array.from({ length: 276_000 }, () => ({})),
};

/** A suspended blueprint with a chart whose values hold `filling`. */
function suspended(filling: unknown): object {
  return {
    suspend: true,
    sources: [{ name: 'charts', helm: { url: 'https://charts.example.com' } }],
    layers: [
      {
        name: 'apps',
        helmRelease: { chart: { spec: { chart: 'shop', version: '1.x' } }, values: { filling } },
      },
    ],
  };
}

test.each([
  ['text', 46],
  ['text', 300],
  ['empty objects', 46],
] as const)('suspended blueprints of 829 kB of %s end no operator: %d of them', async (filling, count) => {
  const hostile = await Tenant.open(cluster.client);
  const good = await Tenant.open(cluster.client);
  await good.applyBlueprint({ sources: [gitSource()], layers: [layer('apps')] });
  await good.untilThere('Kustomization', 'apps');
  const spec = suspended(FILLINGS[filling]);
  for (let i = 0; i < count; i++) await hostile.applyBlueprint(spec, `large-${i}`);
  await good.applyBlueprint({ sources: [gitSource()], layers: [layer('apps'), layer('more')] });
  await good.untilThere('Kustomization', 'more');
  // A start reads all of them at once.
  await operator.restart();
  await good.applyBlueprint({ sources: [gitSource()], layers: [layer('apps'), layer('again')] });
  await good.untilThere('Kustomization', 'again');
  operator.report(`${count} suspended blueprints of 829 kB of ${filling}`);
  expect(operator.ended).toBe(false);
  for (let i = 0; i < count; i++) await hostile.deleteBlueprint(`large-${i}`);
});
