import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { KIND } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import type { EnvironmentStatus, Status } from '../../../src/api/schema/status.ts';
import { assessHealth } from '../../../src/core/health/health.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import type { Tenant } from '../../harness/blueprint/tenant.ts';
import { type Cleanups, cleanUp } from '../../harness/cleanup.ts';
import { configMap, configMapYaml, deploymentYaml } from '../../harness/flux/manifests.ts';
import type { GitRepository } from '../../harness/flux/servers/git-repository.ts';
import { KubeletStandIn } from '../../harness/flux/kubelet-stand-in.ts';
import { type Moment, Timeline } from '../../harness/flux/timeline.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { findDeployed, untilDeployed } from '../scenario/deployed.ts';
import { Scenario } from '../scenario/scenario.ts';

// Each test goes on where the one before ended.

const LAYERS = ['base', 'apps'];
/** Flux gives the objects of a Kustomization half a minute at least to become ready, whatever its timeout says. */
const DEADLINE_MS = 40_000;

/** The tag of an image that does not exist. */
const WRONG = 'v2-typo';

const cleanups: Cleanups = [];
let scenario: Scenario;
let tenant: Tenant;
let timeline: Timeline;
let fleet: GitRepository;

beforeAll(async () => {
  scenario = await Scenario.open();
  cleanups.push(() => scenario.close());
  tenant = scenario.tenant;
  timeline = await Timeline.start(scenario.client, tenant.namespace);
  cleanups.push(() => timeline.stop());
  const kubelet = await KubeletStandIn.start(
    scenario.client,
    tenant.namespace,
    (image) => !image.endsWith(WRONG),
  );
  cleanups.push(() => kubelet.stop());
  fleet = await (await scenario.startGit()).createRepository('fleet');
});

afterAll(() => cleanUp(cleanups));

/** Commits what both environments deploy, and names the commit by a tag. */
async function release(tag: string, imageTag = tag): Promise<void> {
  const { namespace } = tenant;
  await fleet.commit({
    'base/base.yaml': configMapYaml(namespace, 'base-${ENVIRONMENT}', { version: tag }),
    'apps/apps.yaml': deploymentYaml(
      namespace,
      'apps-${ENVIRONMENT}',
      `registry.example.com/shop:${imageTag}`,
    ),
  });
  await fleet.tag(tag);
}

/** Staging and then production, pinned to a tag. Production gets it when staging has soaked and the test has passed. */
function pinnedTo(tag: string): object {
  const environment = (name: string): object => ({
    name,
    variables: { substitute: { ENVIRONMENT: name } },
    sources: [{ name: 'fleet', git: { ref: { tag } } }],
  });
  const readyExpr = `dep.data.passed == '${tag}'`;
  const requires = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'smoke-test', readyExpr }];
  return {
    sources: [gitSource('fleet', { url: fleet.url, ref: { tag } })],
    layers: [layer('base'), layer('apps', ['base'], { timeout: '30s' })],
    rollout: { progressDeadline: `${DEADLINE_MS / 1000}s` },
    environments: [
      { ...environment('staging'), rollout: { onFailure: 'Rollback' } },
      { ...environment('production'), after: 'staging', rollout: { soak: '5s', requires } },
    ],
  };
}

/** Asks for a tag, and answers when that was. */
async function ask(tag: string): Promise<Omit<Moment, 'object'>> {
  const ms = performance.now();
  const { metadata } = await tenant.applyBlueprint(pinnedTo(tag));
  return { at: Number(metadata.resourceVersion), ms };
}

/** Says that the test of a tag has passed, and answers the place of that in the order of all writes. */
async function passTest(tag: string): Promise<number> {
  const passed = configMap(tenant.namespace, 'smoke-test', { passed: tag });
  return Number((await scenario.client.apply(passed)).metadata.resourceVersion);
}

/** What a status says of an environment. */
function environmentIn({ status }: KubeObject, name: string): EnvironmentStatus | undefined {
  return ((status ?? {}) as Status).environments?.find((environment) => environment.name === name);
}

/** The revision in force in each environment, and the gate where another waits: `staging 2, production 1 (After)`. */
function stepOf(blueprint: KubeObject): string {
  const parts = ['staging', 'production'].map((name) => {
    const { revision = 0, waitsFor } = environmentIn(blueprint, name) ?? {};
    const { gate, opens } = waitsFor ?? {};
    const known = opens === undefined ? '' : ', opens';
    return `${name} ${revision}${gate === undefined ? '' : ` (${gate}${known})`}`;
  });
  return parts.join(', ');
}

/** Waits for a step after something was asked for. */
function untilStep(asked: { at: number }, step: string): Promise<Moment> {
  return timeline.until(`is at: ${step}`, KIND, 'platform', (object) => {
    return Number(object.metadata.resourceVersion) > asked.at && stepOf(object) === step;
  });
}

/** The steps that the status went through after something was asked for, once it was about that. */
async function stepsSince(asked: { at: number }): Promise<string[]> {
  const isNew = ({ object: { metadata, status }, at }: Moment): boolean =>
    at > asked.at && ((status ?? {}) as Status).observedGeneration === metadata.generation;
  const moments = (await timeline.of(KIND, 'platform')).filter(isNew);
  const steps = moments.map(({ object }) => stepOf(object));
  return steps.filter((step, i) => step !== steps[i - 1]);
}

/** Waits until all layers of an environment have deployed a tag. */
async function untilHas(environment: string, version: string): Promise<void> {
  await untilDeployed(tenant, 'ConfigMap', `base-${environment}`, { version });
  await untilRuns(environment, version);
}

/** Waits until the Deployment of an environment has the image of a tag. */
async function untilRuns(environment: string, imageTag: string): Promise<void> {
  await waitFor(`${environment} has the image of ${imageTag}`, async () => {
    const found = await findDeployed(tenant, 'Deployment', `apps-${environment}`);
    return JSON.stringify(found?.['spec'] ?? {}).includes(`/shop:${imageTag}"`);
  });
}

/** The states of what production is generated as, from some moment on or just before it. */
async function productionSince(at: number): Promise<Moment[]> {
  const names = ['GitRepository/fleet', ...LAYERS.map((name) => `Kustomization/${name}`)];
  const found = names.map(async (name) => {
    const [kind = '', plain = ''] = name.split('/');
    const moments = await timeline.of(kind, `${plain}-production`);
    return moments.filter((_, i) => (moments[i + 1]?.at ?? Infinity) > at);
  });
  return (await Promise.all(found)).flat();
}

/** Each spec that some states have, by the object's name, its uid and its generation. */
function specsOf(moments: readonly Moment[]): string[] {
  const specs = moments.map(({ object: { kind, metadata } }) => {
    return `${kind}/${metadata.name} ${metadata.uid ?? ''} ${metadata.generation ?? 0}`;
  });
  return [...new Set(specs)].sort();
}

/** What production has deployed: an object that is written differs. */
async function deployedInProduction(): Promise<unknown[]> {
  const found = await Promise.all([
    findDeployed(tenant, 'ConfigMap', 'base-production'),
    findDeployed(tenant, 'Deployment', 'apps-production'),
  ]);
  return found.map((object) => [object?.metadata.uid, object?.metadata.resourceVersion]);
}

/** For people to read: no test goes by it. */
function tell(what: string, from: { ms: number }, to: { ms: number } = { ms: performance.now() }): void {
  process.stderr.write(`  rollout, ${what}: ${((to.ms - from.ms) / 1000).toFixed(1)} s\n`);
}

const timeOf = (text: string | undefined): number => Date.parse(text ?? '');

test('the first installation comes up in staging, and in production when staging has been ready for the soak', async () => {
  await release('v1');
  await passTest('v1');
  const asked = await ask('v1');
  const soaking = await untilStep(asked, 'staging 1, production 0 (After, opens)');
  tell('v1 is asked for until it soaks in staging', asked, soaking);
  const inForce = await untilStep(soaking, 'staging 1, production 1');
  tell('v1 soaks until it is in force in production', soaking, inForce);
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  tell('v1 is in force in production until all is ready', inForce);

  await untilHas('staging', 'v1');
  await untilHas('production', 'v1');
  const { waitsFor } = environmentIn(soaking.object, 'production') ?? {};
  const [begun] = await timeline.of('GitRepository', 'fleet-production');
  expect(begun?.at).toBeGreaterThan(soaking.at);
  expect(timeOf(begun?.object.metadata.creationTimestamp) + 999).toBeGreaterThan(timeOf(waitsFor?.opens));
});

test('a change that fails in staging is taken back there by itself, and production is not touched', async () => {
  const deployed = await deployedInProduction();
  await release('v2', WRONG);
  const asked = await ask('v2');
  const tried = await untilStep(asked, 'staging 2, production 1 (After)');
  const broken = await timeline.until('fails', 'Kustomization', 'apps-staging', (object) => {
    const later = Number(object.metadata.resourceVersion) > tried.at;
    return later && assessHealth(object).state === 'Failed';
  });
  await timeline.until('has v2', 'Kustomization', 'base-staging', (object) => {
    return assessHealth(object).revision?.startsWith('v2@') === true;
  });
  tell('v2 is asked for until Flux says that it fails', asked, broken);
  await untilRuns('staging', WRONG);
  const back = await untilStep(tried, 'staging 1 (Approval), production 1 (After)');
  tell(`v2 is in force in staging until it is taken back (deadline ${DEADLINE_MS / 1000} s)`, tried, back);
  await untilHas('staging', 'v1');
  const says = `revision 2 was not ready in staging within ${DEADLINE_MS / 1000}s`;
  await tenant.untilCondition({ type: 'Ready', status: 'True', says });
  tell('v2 is taken back until staging is ready as before', back);
  await tenant.reconcileNow();

  const [then, since] = [tried, back].map(({ object }) => environmentIn(object, 'staging')?.inForce?.since);
  expect(timeOf(since) - timeOf(then)).toBeGreaterThanOrEqual(DEADLINE_MS);
  expect((await tenant.events()).map(({ reason }) => reason)).toContain('RolledBack');
  expect((await stepsSince(tried)).filter((step) => !step.startsWith('staging 2'))).toEqual([
    stepOf(back.object),
  ]);
  expect(specsOf(await productionSince(asked.at))).toHaveLength(3);
  expect(await deployedInProduction()).toEqual(deployed);
});

test('a good change soaks in staging, waits for what production requires, and then comes in force there', async () => {
  const deployed = await deployedInProduction();
  await release('v3');
  const asked = await ask('v3');
  const soaking = await untilStep(asked, 'staging 3, production 1 (After, opens)');
  await untilHas('staging', 'v3');
  tell('v3 is asked for until it soaks in staging', asked, soaking);
  const waiting = await untilStep(soaking, 'staging 3, production 1 (Requires)');
  tell('v3 soaks until it waits for its test', soaking, waiting);
  const { waitsFor } = environmentIn(soaking.object, 'production') ?? {};
  expect(Date.now()).toBeGreaterThanOrEqual(timeOf(waitsFor?.opens));
  const says = `revision 3 waits in production: not ready: ConfigMap/${tenant.namespace}/smoke-test`;
  await tenant.untilCondition({ type: 'Ready', status: 'True', says });
  expect(await deployedInProduction()).toEqual(deployed);

  const passed = { at: await passTest('v3'), ms: performance.now() };
  const inForce = await untilStep(waiting, 'staging 3, production 3');
  tell('the test of v3 passes until it is in force in production', passed, inForce);
  await untilHas('production', 'v3');
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  tell('v3 is in force in production until all is ready', inForce);
  const moments = await productionSince(asked.at);
  expect(specsOf(moments.filter(({ at }) => at < passed.at))).toHaveLength(3);
  // The tag of its source.
  expect(specsOf(moments)).toHaveLength(4);
  // Flux may reconcile staging once more, and then the soak begins anew.
  expect([...new Set(await stepsSince(asked))]).toEqual([
    'staging 3, production 1 (After)',
    'staging 3, production 1 (After, opens)',
    'staging 3, production 1 (Requires)',
    'staging 3, production 3',
  ]);
});
