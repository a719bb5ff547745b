import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { gitSource } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { FluxStandIn } from '../../harness/flux/stand-in.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { SeededRandom } from '../../harness/random.ts';

const ROUNDS = 20;
const COMPONENTS = ['a', 'b', 'c'] as const;

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

/** Each component under a name of its round, in one of two layers; and a chart, whose release has the first name. */
function spec(round: number): object {
  const named = (name: string): string => `${name}${round === 0 ? '' : `-${round}`}`;
  return {
    sources: [gitSource(), { name: 'charts', helm: { url: 'https://charts.example.com' } }],
    layers: [
      {
        name: round % 2 === 0 ? 'even' : 'odd',
        components: COMPONENTS.map((name) => ({
          name: named(name),
          source: 'fleet',
          path: `./${name}`,
          kustomization: {},
        })),
      },
      {
        name: 'charts',
        components: [
          {
            name: named('cache'),
            source: 'charts',
            helmRelease: { chart: { spec: { chart: 'redis', version: '1.x' } } },
          },
        ],
      },
    ],
  };
}

test('an operator that is killed at 20 random moments of moves loses nothing', async () => {
  const random = new SeededRandom(20_261_201);
  const tenant = await Tenant.open(cluster.client);
  const { namespace } = tenant;
  const flux = await FluxStandIn.start(cluster.client, { namespace, applyMs: () => random.below(150) });
  await tenant.applyBlueprint(spec(0));
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  const what = flux.deployed.map((one) => one.split(' by ')[0]);
  expect(what).toEqual(['./a', './b', './c', `release ${namespace}/cache`]);
  for (let round = 1; round <= ROUNDS; round++) {
    await tenant.applyBlueprint(spec(round));
    await new Promise((resolve) => setTimeout(resolve, random.below(700)));
    await cluster.restartOperator('SIGKILL');
    const names = COMPONENTS.map((name) => `Kustomization/${name}-${round}`);
    await tenant.untilGenerated([
      ...names,
      `HelmRelease/cache-${round}`,
      'GitRepository/fleet',
      'HelmRepository/charts',
    ]);
    await tenant.untilCondition({ type: 'Ready', status: 'True' });
  }
  expect(flux.deleted).toEqual([]);
  expect(flux.deployed.map((one) => one.split(' by ')[0])).toEqual(what);
  expect(flux.deployed.every((one) => one.endsWith(`-${ROUNDS}`))).toBe(true);
  await flux.stop();
});
