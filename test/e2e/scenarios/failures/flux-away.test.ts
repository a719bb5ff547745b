import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { KubeObject } from '../../../../src/api/object.ts';
import type { Status } from '../../../../src/api/schema/status.ts';
import { GENERATED_KINDS } from '../../../../src/core/kinds/index.ts';
import { fluxCrdFiles } from '../../../control-plane/index.ts';
import {
  chainOf,
  type Shape,
  shapeBlueprint,
  shapeFiles,
  untilDeployed,
} from '../../../harness/flux/layer-shapes.ts';
import { requestReconcile } from '../../../harness/flux/request-reconcile.ts';
import { type Cleanups, cleanUp } from '../../../harness/cleanup.ts';
import type { FluxCluster } from '../../../harness/flux/flux-cluster.ts';
import type { GitRepository } from '../../../harness/flux/servers/git-repository.ts';
import { Scenario, startOwnCluster } from '../../scenario/scenario.ts';
import { Timeline } from '../../../harness/flux/timeline.ts';
import { waitFor } from '../../../harness/wait-for.ts';

// Each test goes on where the one before ended.

const DEPTH = 6;

let cluster: FluxCluster;
let scenario: Scenario;
let fleet: GitRepository;
let blueprint: KubeObject;
let timeline: Timeline;
const cleanups: Cleanups = [];
let shape: Shape = chainOf(DEPTH - 1);

beforeAll(async () => {
  cluster = await startOwnCluster('flux-away', { fluxCrds: false, running: [] });
  cleanups.push(() => cluster.stop());
  scenario = await Scenario.open({ cluster });
  cleanups.push(() => scenario.close());
  fleet = await (await scenario.startGit()).createRepository('fleet');
  blueprint = shapeBlueprint(shape, scenario.tenant.namespace, fleet.url);
});

afterAll(async () => {
  await cleanUp(cleanups);
});

function commit(step: string): Promise<string> {
  return fleet.commit(shapeFiles(shape, scenario.tenant.namespace, { step }));
}

async function installFluxCrds(): Promise<void> {
  const { client } = scenario;
  for (const file of await fluxCrdFiles()) await client.apply(parse(await readFile(file, 'utf8')) as object);
  await waitFor('every kind of Flux is served', async () => {
    await client.discovery.refresh();
    for (const { group, kind } of GENERATED_KINDS) await client.list(group, kind);
    return true;
  });
}

/** Waits until each layer has a revision, and fails where one was ready before the one that it depends on. */
async function untilInOrder(revision: string): Promise<void> {
  const moments = [...(await untilDeployed(timeline, shape, revision)).values()].map(({ at }) => at);
  expect(moments).toEqual([...moments].sort((a, b) => a - b));
  await scenario.tenant.untilCondition({ type: 'Ready', status: 'True' });
}

/** What the Ready condition of the blueprint was called since a moment. */
async function reasonsSince(at: number): Promise<(string | undefined)[]> {
  const moments = await timeline.of('FluxBlueprint', blueprint.metadata.name);
  return moments
    .filter((moment) => moment.at > at)
    .map(({ object }) => {
      const { conditions = [] } = (object['status'] ?? {}) as Status;
      return conditions.find(({ type }) => type === 'Ready')?.reason;
    });
}

test('where Flux is not installed the blueprint says what it waits for, and goes on when it comes', async () => {
  const { client, tenant } = scenario;
  const revision = await commit('one');
  await client.apply(blueprint);
  await tenant.untilCondition({ type: 'Ready', status: 'False', says: 'install Flux' });

  await installFluxCrds();
  timeline = await Timeline.start(client, tenant.namespace);
  cleanups.push(() => timeline.stop());
  await tenant.untilThere('Kustomization', 'step-05');
  await cluster.controllers.start('source');
  await cluster.controllers.start('kustomize');
  await untilInOrder(revision);
});

test('while the controllers are away nothing is called a failure, and what changed meanwhile follows', async () => {
  const { client, tenant } = scenario;
  await cluster.controllers.stop('kustomize');
  await cluster.controllers.stop('source');
  const before = (await timeline.of('FluxBlueprint', blueprint.metadata.name)).at(-1)?.at ?? 0;
  shape = chainOf(DEPTH);
  const revision = await commit('two');
  blueprint = shapeBlueprint(shape, tenant.namespace, fleet.url);
  await client.apply(blueprint);
  await requestReconcile(tenant, 'GitRepository', 'fleet');
  await tenant.untilThere('Kustomization', 'step-06');
  await tenant.untilCondition({ type: 'Ready', status: 'Unknown', says: 'step-06' });

  await cluster.controllers.start('source');
  await cluster.controllers.start('kustomize');
  await untilInOrder(revision);
  const fine = ['Progressing', 'ReconciliationSucceeded'];
  expect((await reasonsSince(before)).filter((reason) => !fine.includes(reason ?? ''))).toEqual([]);
});

test('a chain goes on where it was when a controller is killed in the middle of it', async () => {
  const { tenant } = scenario;
  const revision = await commit('three');
  await requestReconcile(tenant, 'GitRepository', 'fleet');
  await untilDeployed(timeline, new Map([...shape].slice(0, 3)), revision);
  await cluster.controllers.restart('kustomize', 'SIGKILL');
  await untilInOrder(revision);

  const next = await commit('four');
  await cluster.controllers.restart('source', 'SIGKILL');
  await requestReconcile(tenant, 'GitRepository', 'fleet');
  await untilInOrder(next);
});
