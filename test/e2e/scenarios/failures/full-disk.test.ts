import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { assessHealth } from '../../../../src/core/health/health.ts';
import { gitSource, layer } from '../../../harness/blueprint/blueprints.ts';
import { requestReconcile } from '../../../harness/flux/request-reconcile.ts';
import { type Cleanups, cleanUp } from '../../../harness/cleanup.ts';
import type { FluxCluster } from '../../../harness/flux/flux-cluster.ts';
import type { GitRepository } from '../../../harness/flux/servers/git-repository.ts';
import { configMapYaml } from '../../../harness/flux/manifests.ts';
import { Scenario, startOwnCluster } from '../../scenario/scenario.ts';
import { Timeline } from '../../../harness/flux/timeline.ts';
import { untilSoonCause } from '../../scenario/status-delay.ts';

const storageKiB = 256;
const FULL = /no space left on device/;

const cleanups: Cleanups = [];
let cluster: FluxCluster;
let scenario: Scenario;
let timeline: Timeline;
let fleet: GitRepository;

beforeAll(async () => {
  cluster = await startOwnCluster('full-disk', { running: ['source', 'kustomize'], storageKiB });
  cleanups.push(() => cluster.stop());
  scenario = await Scenario.open({ cluster });
  cleanups.push(() => scenario.close());
  timeline = await Timeline.start(scenario.client, scenario.tenant.namespace);
  cleanups.push(() => timeline.stop());
  fleet = await (await scenario.startGit()).createRepository('fleet');
  await deploy('one');
});

afterAll(() => cleanUp(cleanups));

/** Commits what both layers deploy. */
function deploy(version: string): Promise<string> {
  const file = (name: string): Record<string, string> => ({
    [`${name}/${name}.yaml`]: configMapYaml(scenario.tenant.namespace, name, { version }),
  });
  return fleet.commit({ ...file('base'), ...file('apps') });
}

const filler = (): string => join(cluster.controllers.storage, 'filler');

/** Leaves no byte of source-controller's disk free. */
async function fillDisk(): Promise<void> {
  const written = writeFile(filler(), Buffer.alloc(2 * storageKiB * 1024));
  await expect(written).rejects.toMatchObject({ code: 'ENOSPC' });
}

const freeDisk = (): Promise<void> => rm(filler());

test('a full disk of source-controller is reported, with all that it blocks, until there is space', async () => {
  await fillDisk();
  const { tenant } = scenario;
  await tenant.applyBlueprint({
    sources: [gitSource('fleet', { url: fleet.url })],
    layers: [layer('base'), layer('apps', ['base'])],
  });
  const blocks = ['Kustomization/apps', 'Kustomization/base'];
  await untilSoonCause(scenario, timeline, { object: 'GitRepository/fleet', says: FULL, blocks }, 'platform');

  await freeDisk();
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
});

test('a disk that becomes full later holds new commits back, and what is deployed stays', async () => {
  const { tenant } = scenario;
  await fillDisk();
  const revision = await deploy('two');
  await requestReconcile(tenant, 'GitRepository', 'fleet');
  await tenant.untilCondition({ type: 'Ready', status: 'False', says: FULL });
  const { layers = [] } = await tenant.status();
  expect(layers.map(({ name, state }) => [name, state])).toEqual([
    ['base', 'Ready'],
    ['apps', 'Ready'],
  ]);
  expect(await readVersion('apps')).toBe('one');

  await freeDisk();
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  await timeline.until('has the new commit', 'Kustomization', 'apps', (object) => {
    return assessHealth(object).revision === revision;
  });
  expect(await readVersion('apps')).toBe('two');
});

async function readVersion(name: string): Promise<unknown> {
  const { namespace } = scenario.tenant;
  const found = await scenario.client.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
  return (found?.['data'] as { version?: string } | undefined)?.version;
}
