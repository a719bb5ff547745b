import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { API_VERSION, KIND } from '../../../src/api/names.ts';
import { TestClient } from '../../harness/api-server/client.ts';
import { FaultProxy } from '../../harness/api-server/fault-proxy.ts';
import { chainSpec } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { sharedControlPlane } from '../../harness/jest/shared-control-plane.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { Program, type Run } from '../program.ts';

let program: Program;
let client: TestClient;
let tenant: Tenant;
let proxy: FaultProxy;
let kubeconfig: string;

beforeAll(async () => {
  program = await Program.bundle();
  client = await TestClient.connect(sharedControlPlane().kubeconfigPath);
});

beforeEach(async () => {
  tenant = await Tenant.open(client);
  await tenant.applyBlueprint(chainSpec('base'));
  proxy = await FaultProxy.start(sharedControlPlane().kubeconfigPath);
  kubeconfig = await program.write('proxy', proxy.config.exportConfig());
});

afterEach(async () => {
  await proxy.close();
  await tenant.deleteBlueprint();
});

afterAll(async () => {
  await client.close();
  await program.remove();
});

function run(...args: string[]): Promise<Run> {
  return program.run([...args, '-n', tenant.namespace, '--kubeconfig', kubeconfig]);
}

/** Says what an operator would say of a blueprint that is ready. */
async function markReady(): Promise<void> {
  const { metadata } = await tenant.blueprint();
  const { name, namespace = '', generation = 1 } = metadata;
  const condition = {
    type: 'Ready',
    status: 'True',
    reason: 'ReconciliationSucceeded',
    message: '2/2 ready',
  };
  const lastTransitionTime = new Date().toISOString();
  await client.cluster.applyStatus(
    {
      apiVersion: API_VERSION,
      kind: KIND,
      metadata: { name, namespace },
      status: {
        observedGeneration: generation,
        conditions: [{ ...condition, observedGeneration: generation, lastTransitionTime }],
      },
    },
    { fieldManager: 'operator-stand-in' },
  );
}

test('wait goes on where the API server stops answering for a while', async () => {
  const child = program.start(['wait', 'platform', '-n', tenant.namespace, '--kubeconfig', kubeconfig]);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  if (child.stderr === null) throw new Error('the streams are piped');
  const stderr = text(child.stderr);
  const more = async (count: number): Promise<void> => {
    const before = proxy.seen.length;
    await waitFor('it has asked again', () => proxy.seen.length >= before + count);
  };
  await more(2);
  proxy.script = () => ({ kind: 'reset' });
  await more(2);
  proxy.script = () => ({ kind: 'answer', status: 503, body: {} });
  await more(2);
  proxy.script = () => undefined;
  await markReady();
  expect([await ended, await stderr]).toEqual([
    0,
    expect.stringContaining('✔ FluxBlueprint platform is ready after'),
  ]);
});

test('a cluster that never answered is not waited for', async () => {
  proxy.script = () => ({ kind: 'reset' });
  const { code, stderr } = await run('wait', 'platform');
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^✗ the cluster of context \S+ \(\S+\) does not answer \(/),
  ]);
});

test('an API server that fails is told, with what it said', async () => {
  const body = { kind: 'Status', status: 'Failure', message: 'etcdserver: leader changed', code: 500 };
  proxy.script = () => ({ kind: 'answer', status: 500, body });
  const { code, stdout, stderr } = await run('get');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(
    /^✗ \S.* could not list fluxblueprints\S* in namespace \S+: etcdserver: leader changed; try again\n$/,
  );
});

test('--timeout bounds every command, whatever the API server does', async () => {
  proxy.script = () => ({ kind: 'hang' });
  for (const args of [['get'], ['suspend', 'platform'], ['wait', 'platform']]) {
    const { code, stderr } = await run(...args, '--timeout', '1s');
    expect(code).toBe(1);
    expect(stderr).toMatch(/did not answer in time when asked to \w+ fluxblueprints|is not ready after 1s/);
  }
});

test('an answer that is cut off prints nothing, and a list of nonsense is told', async () => {
  proxy.script = () => ({ kind: 'cut', bytes: 100 });
  expect(await run('get')).toMatchObject({ code: 1, stdout: '' });
  proxy.script = () => ({ kind: 'answer', status: 200, body: { hello: 'there' } });
  const { code, stderr } = await run('get', 'platform');
  expect([code, stderr.split('\n').length]).toEqual([1, 2]);
});
