import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/api/object.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import {
  applyPlainly,
  chainOf,
  type Shape,
  shapeBlueprint,
  shapeFiles,
  untilDeployed,
} from '../../harness/flux/layer-shapes.ts';
import { requestReconcile } from '../../harness/flux/request-reconcile.ts';
import type { GitRepository } from '../../harness/flux/servers/git-repository.ts';
import type { GitServer } from '../../harness/flux/servers/git-server.ts';
import { Scenario } from '../scenario/scenario.ts';
import { Timeline } from '../../harness/flux/timeline.ts';

let scenario: Scenario;
let git: GitServer;

beforeAll(async () => {
  scenario = await Scenario.open();
  git = await scenario.startGit();
});

afterAll(() => scenario.close());

/** A chain in a namespace and a repository of its own, and everything that it goes through. */
interface Chain {
  shape: Shape;
  tenant: Tenant;
  fleet: GitRepository;
  blueprint: KubeObject;
  timeline: Timeline;
  revision: string;
}

async function prepare(tenant: Tenant, depth: number): Promise<Chain> {
  const shape = chainOf(depth);
  const fleet = await git.createRepository(`chain-${depth}`);
  const revision = await fleet.commit(shapeFiles(shape, tenant.namespace, { step: 'one' }));
  const blueprint = shapeBlueprint(shape, tenant.namespace, fleet.url);
  const timeline = await Timeline.start(scenario.client, tenant.namespace);
  return { shape, tenant, fleet, blueprint, timeline, revision };
}

/** Waits until a commit is deployed; fails where a layer was begun before the one that it depends on was ready. */
async function followInOrder(
  what: string,
  { timeline, shape }: Chain,
  revision: string,
  since: number,
): Promise<void> {
  const ready = await untilDeployed(timeline, shape, revision);
  const steps: number[][] = [];
  for (const [name, { at }] of ready) {
    const applied = (await timeline.of('Kustomization', name)).find(({ object }) => {
      return (object['status'] as { lastAppliedRevision?: string }).lastAppliedRevision === revision;
    });
    steps.push([applied?.at ?? 0, at]);
  }
  expect(steps).toHaveLength(shape.size);
  expect(steps.flat()).toEqual(steps.flat().sort((a, b) => a - b));
  // For people to read: no test goes by it.
  const last = Math.max(...[...ready.values()].map(({ ms }) => ms));
  process.stderr.write(`  ${what}: ${((last - since) / 1000).toFixed(1)} s\n`);
}

async function readSteps({ shape, tenant }: Chain): Promise<unknown[]> {
  const refs = [...shape.keys()].map((name) => ({ namespace: tenant.namespace, name }));
  const found = await Promise.all(
    refs.map((ref) => scenario.client.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', ...ref })),
  );
  return found.map((object) => (object?.['data'] as { step?: string } | undefined)?.step);
}

test('a chain of ten is deployed in order and in full, at install and with a new commit', async () => {
  const chain = await prepare(scenario.tenant, 10);
  const { shape, tenant, timeline } = chain;
  const applied = performance.now();
  await scenario.client.apply(chain.blueprint);
  await followInOrder('chain of 10 by a blueprint, install', chain, chain.revision, applied);
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  expect(await readSteps(chain)).toEqual(Array(10).fill('one'));

  const revision = await chain.fleet.commit(shapeFiles(shape, tenant.namespace, { step: 'two' }));
  const pushed = performance.now();
  await requestReconcile(tenant, 'GitRepository', 'fleet');
  await followInOrder('chain of 10 by a blueprint, new commit', chain, revision, pushed);
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  expect(await readSteps(chain)).toEqual(Array(10).fill('two'));
  await timeline.stop();
});

test('what a blueprint generates is deployed in the same order without the operator, at the pace of Flux', async () => {
  const chain = await prepare(await Tenant.open(scenario.client), 3);
  const applied = performance.now();
  await applyPlainly(scenario.client, chain.blueprint);
  await followInOrder('chain of 3 plainly, install', chain, chain.revision, applied);
  expect(await readSteps(chain)).toEqual(Array(3).fill('one'));
  await chain.timeline.stop();
});
