import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { readDeployment } from '../../harness/operator/deployment.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { describeTimes, measureChanges, totalOf } from './latency.ts';

let cluster: TestCluster;

beforeAll(async () => {
  const { node } = await readDeployment();
  cluster = await startTestCluster([], node);
});

afterAll(() => cluster.stop());

const DOUBLING = `["aaaaaaaaaaaaaaaa"]${'.map(x,x+x)'.repeat(23)}.exists(x, x.split("").size()==1)`;
const SPLITTING =
  '[dep.metadata.name]' +
  '.map(x,x+x)'.repeat(12) +
  '.exists(x, x.split("").all(a, x.split("").all(b, true)))';
const BACKTRACKING = '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!".matches("^(a+)+$")';
const NESTED = `${'[1,2,3,4,5,6,7,8,9,0].all(x, '.repeat(9)}true${')'.repeat(9)}`;
const ATTACKS = [BACKTRACKING, SPLITTING, NESTED, DOUBLING];

/** Four layers that wait for the blueprint itself, a hundred times each. */
function attack(name: string): object {
  const self = { apiVersion: 'fluxblueprint.io/v1beta1', kind: 'FluxBlueprint', name };
  const layers = ATTACKS.map((text, i) => ({
    ...layer(`layer-${i}`),
    dependsOnObjects: Array.from({ length: 100 }, (_, j) => ({ ...self, readyExpr: `${text} || ${j} < 0` })),
  }));
  return { sources: [gitSource()], layers };
}

test('expressions that would take all memory and all time harm the blueprint that has them alone', async () => {
  const { operator } = cluster;
  const hostile = await Tenant.open(cluster.client);
  const good = await Tenant.open(cluster.client);
  const quiet = await measureChanges(good, 20);
  await hostile.applyBlueprint(attack('platform'));
  await hostile.untilThere('GitRepository', 'fleet');
  await hostile.client.setReady(hostile.ref('GitRepository', 'fleet'), 'True');
  await waitFor('the hostile expressions to be refused', async () =>
    /whose readyExpr is too expensive: it (takes|makes)/.test(JSON.stringify(await hostile.status())),
  );
  // Each reconcile is another version of what the expressions read: they are tried again.
  const beside = await measureChanges(good, 20, () => hostile.reconcileNow());
  process.stdout.write(`changes beside hostile expressions: ${describeTimes(beside)}\n`);
  process.stdout.write(`changes without them: ${describeTimes(quiet)}\n`);
  expect(totalOf(beside)).toBeLessThan(10 * totalOf(quiet));
  expect(await hostile.find('Kustomization', 'layer-0')).toBeUndefined();
  expect(cluster.operator).toBe(operator);
  expect(operator.child.exitCode ?? operator.child.signalCode).toBeNull();
});
