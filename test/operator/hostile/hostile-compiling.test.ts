import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SHAPES } from '../../core/compile/expense/shapes.ts';
import { chainSpec } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { childrenOf } from '../../harness/operator/child-processes.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { readDeployment } from '../../harness/operator/deployment.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { describeTimes, measureChanges, totalOf } from './latency.ts';

let cluster: TestCluster;

beforeAll(async () => {
  const { node } = await readDeployment();
  cluster = await startTestCluster([], node);
});

afterAll(() => cluster.stop());

/** A hostile spec. It names an account that is not there, so that nothing is written of what compiles. */
function hostileSpec(shape: string, size?: number): object {
  return { ...SHAPES[shape]?.(size), serviceAccountName: 'nobody' };
}

/** Two layers of components, where each of one depends on all of the other. */
function meshSpec(...names: string[]): object {
  const { sources, layers } = chainSpec(...names);
  const componentsOf = (layer: string): object[] =>
    Array.from({ length: 105 }, (_, i) => ({ name: `${layer}-${i}`, kustomization: {} }));
  const mesh = [
    { name: 'low', components: componentsOf('low') },
    { name: 'high', dependsOn: ['low'], components: componentsOf('high') },
  ];
  return { sources, layers: [...layers, ...mesh] };
}

test('blueprints that would take all memory and all time harm themselves alone', async () => {
  const { operator } = cluster;
  const hostile = await Tenant.open(cluster.client);
  const good = await Tenant.open(cluster.client);
  const quiet = await measureChanges(good, 15);
  const attacks = {
    memory: hostileSpec('lists in defaults, for every layer of every environment'),
    time: hostileSpec('omitted layers between many dependents'),
    edges: hostileSpec('a layer of 500 that depends on one of 500'),
    names: hostileSpec('unknown names in every component', 0.04),
  };
  for (const [name, spec] of Object.entries(attacks)) await hostile.applyBlueprint(spec, name);
  let edits = 0;
  const beside = await measureChanges(good, 15, async () => {
    for (const [name, spec] of Object.entries(attacks).filter(([name]) => name !== 'edges'))
      await hostile.applyBlueprint({ ...spec, suspendReason: `edit ${edits++}` }, name);
  });
  process.stdout.write(`changes beside hostile blueprints: ${describeTimes(beside)}\n`);
  process.stdout.write(`changes without them: ${describeTimes(quiet)}\n`);
  expect(totalOf(beside)).toBeLessThan(10 * totalOf(quiet));
  const { message } = await hostile.untilCondition({ type: 'Stalled', reason: 'TooExpensive' }, 'memory');
  expect(message).toContain('spec.defaults.kustomization');
  await hostile.untilCondition({ type: 'Stalled', reason: 'ServiceAccountMissing' }, 'edges');
  expect(cluster.operator).toBe(operator);
  expect(operator.child.exitCode ?? operator.child.signalCode).toBeNull();
});

test('a blueprint that is compiled in another process converges, whenever that is ended', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(meshSpec('first'));
  await tenant.untilThere('Kustomization', 'first');
  const pid = cluster.operator.child.pid ?? 0;
  const ended = new Set<number>();
  for (const name of ['second', 'third', 'fourth']) {
    await tenant.applyBlueprint(meshSpec('first', name));
    await waitFor('a process beside the operator is ended', () => {
      const [victim] = childrenOf(pid).filter((child) => !ended.has(child));
      if (victim === undefined) return false;
      ended.add(victim);
      return process.kill(victim, 'SIGKILL');
    });
  }
  await tenant.untilThere('Kustomization', 'fourth');
  for (const name of ['second', 'third']) await tenant.untilGone('Kustomization', name);
  expect(childrenOf(process.pid)).toContain(pid);
});
