import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ComponentStatus } from '../../../../src/api/schema/status.ts';
import { gitSource, layer } from '../../../harness/blueprint/blueprints.ts';
import { requestReconcile } from '../../../harness/flux/request-reconcile.ts';
import type { GitRepository } from '../../../harness/flux/servers/git-repository.ts';
import { configMapYaml } from '../../../harness/flux/manifests.ts';
import { Scenario } from '../../scenario/scenario.ts';
import { findFreePorts } from '../../../harness/flux/servers/serve.ts';
import { Timeline } from '../../../harness/flux/timeline.ts';
import { untilSoonCause } from '../../scenario/status-delay.ts';

let scenario: Scenario;
let timeline: Timeline;
let fleet: GitRepository;

beforeAll(async () => {
  scenario = await Scenario.open();
  timeline = await Timeline.start(scenario.client, scenario.tenant.namespace);
  fleet = await (await scenario.startGit()).createRepository('fleet');
  await fleet.commit({ 'good/good.yaml': deployYaml('good') });
});

afterAll(async () => {
  await timeline.stop();
  await scenario.close();
});

function deployYaml(name: string): string {
  return configMapYaml(scenario.tenant.namespace, name, {});
}

/**
 * Applies a blueprint of one source, and of two layers one after the other; all names begin with that of the blueprint.
 * `path` is that of the first layer.
 */
async function applyChain(name: string, git: object, path = './good'): Promise<void> {
  const first = { ...layer(`${name}-base`), path };
  const second = { ...layer(`${name}-apps`, [`${name}-base`]), path: './good' };
  await scenario.tenant.applyBlueprint({ sources: [gitSource(name, git)], layers: [first, second] }, name);
}

/** Waits until the status of a blueprint names what failed and why, as Flux does, and what waits for it. */
function untilTold(
  blueprint: string,
  object: string,
  says: RegExp,
  ...waiting: string[]
): Promise<ComponentStatus> {
  const blocks = waiting.map((name) => `Kustomization/${name}`);
  return untilSoonCause(scenario, timeline, { object, says, blocks }, blueprint);
}

async function expectMended(blueprint: string): Promise<void> {
  await scenario.tenant.untilCondition({ type: 'Ready', status: 'True' }, blueprint);
  expect((await scenario.tenant.status(blueprint)).components ?? []).toEqual([]);
}

test('a Git URL that cannot be reached is reported, with all that it blocks, until there is a server', async () => {
  const [port = 0] = await findFreePorts(1);
  await applyChain('unreachable', { url: `http://${scenario.address.host}:${port}/fleet.git` });
  const waiting = ['unreachable-apps', 'unreachable-base'];
  await untilTold('unreachable', 'GitRepository/unreachable', /connection refused/, ...waiting);

  const late = await (await scenario.startGit(undefined, port)).createRepository('fleet');
  await late.commit({ 'good/good.yaml': deployYaml('good') });
  await expectMended('unreachable');
});

test('a branch that does not exist is reported, with all that it blocks, until it is there', async () => {
  await applyChain('branch', { url: fleet.url, ref: { branch: 'release' } });
  const words = /couldn't find remote ref/;
  await untilTold('branch', 'GitRepository/branch', words, 'branch-apps', 'branch-base');

  await fleet.branch('release');
  await expectMended('branch');
  await fleet.branch('main');
});

test('a path that is missing in Git is reported, with all that it blocks, until a commit brings it', async () => {
  await applyChain('path', { url: fleet.url }, './nowhere');
  const words = /kustomization path not found: .*nowhere/;
  const { layer: failed } = await untilTold('path', 'Kustomization/path-base', words, 'path-apps');
  expect(failed).toBe('path-base');

  await fleet.commit({ 'nowhere/nowhere.yaml': deployYaml('nowhere') });
  await requestReconcile(scenario.tenant, 'GitRepository', 'path');
  await expectMended('path');
});

test('broken YAML in Git is reported, with all that it blocks, until a commit mends it', async () => {
  await fleet.commit({ 'broken/broken.yaml': 'kind: ConfigMap\nmetadata: {name: [\n' });
  await applyChain('yaml', { url: fleet.url }, './broken');
  await untilTold('yaml', 'Kustomization/yaml-base', /broken\.yaml/, 'yaml-apps');

  await fleet.commit({ 'broken/broken.yaml': deployYaml('mended') });
  await requestReconcile(scenario.tenant, 'GitRepository', 'yaml');
  await expectMended('yaml');
});
