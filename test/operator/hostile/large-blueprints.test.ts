import { expect, test } from '@jest/globals';
import { mapConcurrently } from '../../../src/operator/context/map-concurrently.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { useStand } from './stand.ts';

const stand = useStand();

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

/** How many blueprints are written at a time. */
const AT_A_TIME = 8;

test.each([
  ['text', 46],
  ['text', 300],
  ['empty objects', 8],
] as const)('suspended blueprints of 829 kB of %s end no operator: %d of them', async (filling, count) => {
  const hostile = await Tenant.open(stand.cluster.client);
  const good = await Tenant.open(stand.cluster.client);
  await good.applyBlueprint({ sources: [gitSource()], layers: [layer('apps')] });
  await good.untilThere('Kustomization', 'apps');
  const spec = suspended(FILLINGS[filling]);
  const names = Array.from({ length: count }, (_, i) => `large-${i}`);
  const each = (act: (name: string) => Promise<unknown>): Promise<unknown> =>
    mapConcurrently(names, AT_A_TIME, act);
  await each((name) => hostile.applyBlueprint(spec, name));
  await good.applyBlueprint({ sources: [gitSource()], layers: [layer('apps'), layer('more')] });
  await good.untilThere('Kustomization', 'more');
  // A start reads all of them at once.
  await stand.operator.restart();
  await good.applyBlueprint({ sources: [gitSource()], layers: [layer('apps'), layer('again')] });
  await good.untilThere('Kustomization', 'again');
  stand.operator.report(`${count} suspended blueprints of 829 kB of ${filling}`);
  expect(stand.operator.ended).toBe(false);
  expect(stand.operator.mostBytes).toBeLessThan(stand.operator.limitBytes / 2);
  await each((name) => hostile.deleteBlueprint(name));
});
