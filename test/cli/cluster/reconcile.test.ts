import { setTimeout as sleep } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RECONCILE_REQUEST } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { chainSpec, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { Program, type Run } from '../program.ts';
import { makePerson, rule } from './people.ts';

let program: Program;
let cluster: TestCluster;

beforeAll(async () => {
  program = await Program.bundle();
  cluster = await startTestCluster();
});

afterAll(async () => {
  await cluster.stop();
  await program.remove();
});

const BLUEPRINTS = 'fluxblueprints.fluxblueprint.io';
const KUSTOMIZATIONS = 'kustomizations.kustomize.toolkit.fluxcd.io';
const REPOSITORIES = 'gitrepositories.source.toolkit.fluxcd.io';

/** A tenant whose blueprint of two layers is ready. */
async function openReady(): Promise<Tenant> {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
  await tenant.bringUp();
  return tenant;
}

/** Runs the program as an account that has just these rights in the namespace of a tenant. */
async function personOf(tenant: Tenant, ...rules: object[]): Promise<(...args: string[]) => Promise<Run>> {
  const kubeconfig = await makePerson(cluster.controlPlane, tenant, rules);
  const run = (...args: string[]): Promise<Run> =>
    program.run([...args, '-n', tenant.namespace, '--kubeconfig', kubeconfig]);
  await waitFor('the rights are in force', async () => (await run('get', 'platform')).code === 0);
  return run;
}

function requestOf(object: KubeObject): string | undefined {
  return object.metadata.annotations?.[RECONCILE_REQUEST];
}

/** Handles requests as Flux does, until it is stopped. An object in `failing` fails. */
function playFlux(tenant: Tenant, failing: readonly string[] = []): () => Promise<void> {
  let stopped = false;
  const handled = new Map<string, string>();
  const work = async (): Promise<void> => {
    while (!stopped) {
      for (const object of await tenant.generated()) {
        const { kind, metadata } = object;
        const request = requestOf(object);
        const key = `${kind}/${metadata.name}`;
        if (request === undefined || handled.get(key) === request) continue;
        const { name, namespace = '' } = metadata;
        const failed = failing.includes(key);
        const condition = {
          type: 'Ready',
          status: failed ? 'False' : 'True',
          reason: failed ? 'BuildFailed' : 'Succeeded',
          message: failed ? 'no such path' : '',
          observedGeneration: metadata.generation,
          lastTransitionTime: new Date().toISOString(),
        };
        const status = {
          observedGeneration: metadata.generation,
          lastHandledReconcileAt: request,
          conditions: [condition],
        };
        await tenant.client.cluster.applyStatus(
          { apiVersion: object.apiVersion, kind, metadata: { name, namespace }, status },
          { fieldManager: 'flux-stand-in' },
        );
        handled.set(key, request);
      }
      await sleep(50);
    }
  };
  const working = work();
  return async () => {
    stopped = true;
    await working;
  };
}

test('reconcile asks with the rights to read and to patch the blueprint, and the operator passes it on', async () => {
  const tenant = await openReady();
  const run = await personOf(tenant, rule(BLUEPRINTS, 'get', 'patch'));
  const { code, stdout, stderr } = await run('reconcile', 'platform');
  expect([code, stdout, stderr]).toEqual([0, '', '✔ asked for a reconcile of FluxBlueprint platform\n']);
  const request = requestOf((await tenant.blueprint()) as unknown as KubeObject);
  await waitFor(
    'the source is asked',
    async () => requestOf(await tenant.get('GitRepository', 'fleet')) === request,
  );
});

test('reconcile --wait ends when the blueprint has handled the request and is ready', async () => {
  const tenant = await openReady();
  const run = await personOf(tenant, rule(BLUEPRINTS, 'get', 'patch'));
  const { code, stderr } = await run('reconcile', 'platform', '--wait');
  expect(code).toBe(0);
  expect(stderr).toMatch(/✔ FluxBlueprint platform is ready after \d+s: 3\/3 ready/);
  const { metadata, status } = await tenant.blueprint();
  expect(status?.lastHandledReconcileAt).toBe(metadata.annotations?.[RECONCILE_REQUEST]);
});

test('reconcile --wait says why it is not ready, once what failed has failed again', async () => {
  const tenant = await openReady();
  await tenant.client.setReady(tenant.ref('Kustomization', 'base'), 'False', 'BuildFailed', 'no path yet');
  await tenant.untilCondition({ type: 'Ready', status: 'False' });
  const run = await personOf(tenant, rule(BLUEPRINTS, 'get', 'patch'), rule(KUSTOMIZATIONS, 'get'));
  const stop = playFlux(tenant, ['Kustomization/base']);
  const { code, stderr } = await run('reconcile', 'platform', '--wait');
  await stop();
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /✗ FluxBlueprint platform is not ready: Kustomization\/\S+\/base failed: no such path; see more: /,
  );
});

test('reconcile --wait tells progress after two seconds, and what is missing when the time is over', async () => {
  const tenant = await openReady();
  await tenant.client.setReady(tenant.ref('Kustomization', 'base'), 'False', 'BuildFailed', 'no path yet');
  await tenant.untilCondition({ type: 'Ready', status: 'False' });
  const run = await personOf(tenant, rule(BLUEPRINTS, 'get', 'patch'));
  const { code, stderr, progress } = await run('reconcile', 'platform', '--wait', '--timeout', '5s');
  expect(code).toBe(1);
  expect(progress.join('')).toMatch(/^◎ [2-5]s: .*base failed: no path yet$/m);
  expect(stderr).toMatch(/^✗ FluxBlueprint platform is not ready after 5s: .*no path yet; see more: /m);
});

/** The rights that `--with-source` needs. */
const WITH_SOURCE = [
  rule(BLUEPRINTS, 'get', 'patch'),
  rule(KUSTOMIZATIONS, 'list'),
  rule(REPOSITORIES, 'get', 'list', 'patch'),
];

test('reconcile --with-source has the sources fetch first', async () => {
  const tenant = await openReady();
  const run = await personOf(tenant, ...WITH_SOURCE);
  const stop = playFlux(tenant);
  const { code, stderr } = await run('reconcile', 'platform', '--with-source');
  await stop();
  expect(code).toBe(0);
  expect(stderr.split('\n')).toEqual([
    `► asking for a reconcile of GitRepository/${tenant.namespace}/fleet`,
    '✔ asked Flux for a reconcile',
    expect.stringMatching(/^✔ sources: 1\/1 ready after \d+s$/),
    '✔ asked for a reconcile of FluxBlueprint platform',
    '',
  ]);
});

test('a source that fails ends it before the blueprint is asked', async () => {
  const tenant = await openReady();
  const run = await personOf(tenant, ...WITH_SOURCE);
  const stop = playFlux(tenant, ['GitRepository/fleet']);
  const { code, stderr } = await run('reconcile', 'platform', '--with-source');
  await stop();
  expect(code).toBe(1);
  expect(stderr).toContain(`✗ GitRepository/${tenant.namespace}/fleet failed: no such path\n`);
  expect(requestOf((await tenant.blueprint()) as unknown as KubeObject)).toBeUndefined();
});

test('reconcile --layer asks for the objects of that layer alone, and waits for them', async () => {
  const tenant = await openReady();
  const run = await personOf(
    tenant,
    rule(BLUEPRINTS, 'get'),
    rule(KUSTOMIZATIONS, 'get', 'list', 'patch'),
    rule(REPOSITORIES, 'list'),
  );
  const stop = playFlux(tenant);
  const { code, stderr } = await run('reconcile', 'platform', '--layer', 'apps', '--wait');
  await stop();
  expect(code).toBe(0);
  expect(stderr).toMatch(/✔ layer apps: 1\/1 ready after [\dhms]+\n$/);
  expect(requestOf(await tenant.get('Kustomization', 'apps'))).toBeDefined();
  expect(requestOf(await tenant.get('Kustomization', 'base'))).toBeUndefined();
  const unknown = await run('reconcile', 'platform', '--layer', 'app');
  expect([unknown.code, unknown.stderr]).toEqual([
    1,
    '✗ FluxBlueprint platform has no layer "app"; did you mean "apps"?\n',
  ]);
});

test('a missing right is told with its verb and resource', async () => {
  const tenant = await openReady();
  const run = await personOf(tenant, rule(BLUEPRINTS, 'get'));
  const where = `in namespace ${tenant.namespace}`;
  expect((await run('reconcile', 'platform')).stderr).toBe(
    `✗ you may not patch ${BLUEPRINTS} ${where}: ask for the ClusterRole fluxblueprint-edit there\n`,
  );
  const { code, stderr } = await run('reconcile', 'platform', '--layer', 'apps');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^✗ you may not list \w+\.\w+\.toolkit\.fluxcd\.io in namespace /);
  expect((await run('events', 'platform')).stderr).toBe(
    `✗ you may not list events ${where}: ask for the ClusterRole fluxblueprint-view or view there\n`,
  );
});

test('wait ends when the blueprint is ready, with the right to read it', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base'));
  const run = await personOf(tenant, rule(BLUEPRINTS, 'get'));
  const waiting = run('wait', 'platform');
  await tenant.bringUp();
  const { code, stdout, stderr } = await waiting;
  expect([code, stdout]).toEqual([0, '']);
  expect(stderr).toMatch(/✔ FluxBlueprint platform is ready after \d+s: 2\/2 ready\n$/);
});

test('wait ends at once where nothing comes by itself', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint({ layers: [layer('apps')] });
  await tenant.untilCondition({ type: 'Stalled', status: 'True' });
  const run = await personOf(tenant, rule(BLUEPRINTS, 'get'));
  const { code, stderr } = await run('wait', 'platform');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^✗ FluxBlueprint platform is not ready: .*spec\.layers\[0\]/);
});

test('^C ends it with 130 and a word, and what was asked for lasts', async () => {
  const tenant = await openReady();
  await tenant.client.setReady(tenant.ref('Kustomization', 'base'), 'False', 'BuildFailed', 'no path yet');
  await tenant.untilCondition({ type: 'Ready', status: 'False' });
  const args = ['reconcile', 'platform', '--wait', '-n', tenant.namespace];
  const child = program.start(args, { KUBECONFIG: cluster.controlPlane.kubeconfigPath });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  if (child.stderr === null) throw new Error('the streams are piped');
  const stderr = text(child.stderr);
  await waitFor('it was asked', async () => {
    return requestOf((await tenant.blueprint()) as unknown as KubeObject) !== undefined;
  });
  await sleep(500);
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(await stderr).toMatch(/✗ interrupted; what was asked for is reconciled all the same\n$/);
});
