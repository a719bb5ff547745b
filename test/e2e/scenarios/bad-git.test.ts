import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { gitSource, layer } from '../../operator/blueprints.ts';
import { askFlux } from '../ask-flux.ts';
import type { GitRepository } from '../git-repository.ts';
import { configMapYaml } from '../manifests.ts';
import { Scenario } from '../scenario.ts';
import { findFreePorts } from '../serve.ts';
import { Timeline } from '../timeline.ts';
import { untilBlocked, untilTold } from '../told.ts';

/** How much later than Flux the status may say it, in milliseconds. */
const SOON_MS = 5_000;

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

const shown = (kind: string, name: string): string => `${kind}/${scenario.tenant.namespace}/${name}`;

/** Expects that the status names what failed and why as Flux does, soon, and what that blocks. */
async function expectTold(
  blueprint: string,
  [kind, name]: readonly [kind: string, name: string],
  words: RegExp,
  blocked: readonly string[],
): Promise<void> {
  const { cause, laterMs } = await untilTold(timeline, blueprint, [kind, name], words);
  expect(cause).toMatchObject({ kind, name, ...(kind === 'Kustomization' ? { layer: name } : {}) });
  expect(laterMs).toBeLessThan(SOON_MS);
  const by = Object.fromEntries(blocked.map((other) => [other, [shown(kind, name)]]));
  await untilBlocked(scenario.tenant, blueprint, by);
  const { message } = await scenario.tenant.untilCondition(
    { type: 'Ready', status: 'False', reason: 'ComponentFailed' },
    blueprint,
  );
  expect(message).toContain(`${shown(kind, name)} failed`);
  expect(message).toMatch(words);
}

async function expectMended(blueprint: string): Promise<void> {
  await scenario.tenant.untilCondition({ type: 'Ready', status: 'True' }, blueprint);
  expect((await scenario.tenant.status(blueprint)).components ?? []).toEqual([]);
}

test('a Git URL that cannot be reached is told, with all that it blocks, until there is a server', async () => {
  const [port = 0] = await findFreePorts(1);
  await applyChain('unreachable', { url: `http://${scenario.address.host}:${port}/fleet.git` });
  const blocked = ['unreachable-apps', 'unreachable-base'];
  await expectTold('unreachable', ['GitRepository', 'unreachable'], /connection refused/, blocked);

  const late = await (await scenario.startGit(undefined, port)).createRepository('fleet');
  await late.commit({ 'good/good.yaml': deployYaml('good') });
  await expectMended('unreachable');
});

test('a branch that does not exist is told, with all that it blocks, until it is there', async () => {
  await applyChain('branch', { url: fleet.url, ref: { branch: 'release' } });
  const blocked = ['branch-apps', 'branch-base'];
  await expectTold('branch', ['GitRepository', 'branch'], /couldn't find remote ref/, blocked);

  await fleet.branch('release');
  await expectMended('branch');
  await fleet.branch('main');
});

test('a path that is missing in Git is told, with all that it blocks, until a commit brings it', async () => {
  await applyChain('path', { url: fleet.url }, './nowhere');
  const words = /kustomization path not found: .*nowhere/;
  await expectTold('path', ['Kustomization', 'path-base'], words, ['path-apps']);

  await fleet.commit({ 'nowhere/nowhere.yaml': deployYaml('nowhere') });
  await askFlux(scenario.tenant, 'GitRepository', 'path');
  await expectMended('path');
});

test('broken YAML in Git is told, with all that it blocks, until a commit mends it', async () => {
  await fleet.commit({ 'broken/broken.yaml': 'kind: ConfigMap\nmetadata: {name: [\n' });
  await applyChain('yaml', { url: fleet.url }, './broken');
  const words = /broken\.yaml/;
  await expectTold('yaml', ['Kustomization', 'yaml-base'], words, ['yaml-apps']);

  await fleet.commit({ 'broken/broken.yaml': deployYaml('mended') });
  await askFlux(scenario.tenant, 'GitRepository', 'yaml');
  await expectMended('yaml');
});
