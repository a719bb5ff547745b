import { createServer } from 'node:http';
import { get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ControlPlane, startControlPlane } from '../control-plane/index.ts';
import { crdFolder } from '../harness/operator/cluster.ts';
import { type OperatorProcess, startOperator } from '../harness/operator/operator-process.ts';
import { waitFor } from '../harness/wait-for.ts';
import { Program } from './program.ts';

let program: Program;
let controlPlane: ControlPlane;

beforeAll(async () => {
  program = await Program.bundle();
  // Without Flux: the operator starts and waits for its CRDs.
  controlPlane = await startControlPlane({ crds: [crdFolder] });
});

afterAll(async () => {
  await controlPlane.stop();
  await program.remove();
});

function start(...args: string[]): Promise<OperatorProcess> {
  return startOperator(program.file, controlPlane.kubeconfigPath, args);
}

const NO_PORT = ['operator', '--health-addr', '127.0.0.1:0', '--metrics-addr', '0'];

async function writeKubeconfig(name: string, content: string): Promise<{ KUBECONFIG: string }> {
  return { KUBECONFIG: await program.write(name, content) };
}

function kubeconfigOf(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server } }],
    users: [{ name: 'test', user: { token: 'none' } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  });
}

test('a kubeconfig that does not exist is reported, and the exit code is 1', async () => {
  const run = await program.run(NO_PORT, '', { KUBECONFIG: join(program.folder, 'nowhere') });
  expect(run).toMatchObject({ code: 1, stdout: '' });
  expect(run.stderr).toMatch(/^error: the kubeconfig cannot be read: ENOENT.*nowhere/);
});

test('no kubeconfig at all is reported, and the exit code is 1', async () => {
  const run = await program.run(NO_PORT, '', { HOME: program.folder });
  expect(run.code).toBe(1);
  expect(run.stderr).toMatch(/^error: the kubeconfig cannot be read: KUBECONFIG is not set/);
});

test.each([
  ['is no YAML', 'clusters: ['],
  ['names no cluster', 'apiVersion: v1\nkind: Config\n'],
])('a kubeconfig that %s is reported, and the exit code is 1', async (_, content) => {
  const run = await program.run(NO_PORT, '', await writeKubeconfig('malformed', content));
  expect(run.code).toBe(1);
  expect(run.stderr).toMatch(/^error: the kubeconfig cannot be read: /);
});

test('an API server that does not answer ends the start with exit code 1', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const env = await writeKubeconfig('nobody', kubeconfigOf(`https://127.0.0.1:${port}`));
  const { code, stderr } = await program.run(NO_PORT, '', env);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: the cluster cannot be asked what it serves: connect ECONNREFUSED/m);
});

test.each([
  ['--concurrent 0', 'It must be between 1 and 100.'],
  ['--concurrent many', 'It must be between 1 and 100.'],
  ['--log-level loud', 'Allowed choices are debug, info, warn, error.'],
  ['--log-encoding xml', 'Allowed choices are json, console.'],
  ['--metrics-secure --metrics-insecure-bind', "cannot be used with option '--metrics-secure'"],
  ['--metrics-cert-dir here --metrics-insecure-bind', "cannot be used with option '--metrics-secure'"],
  ['--unknown', "unknown option '--unknown'"],
  ['--leader-elect-lease-duration soon', 'It must be a duration such as 15s or 1m30s.'],
  ['--leader-elect-lease-duration 10s', 'the lease duration must be longer than the renew deadline'],
  ['--leader-elect-renew-deadline 2s', 'the renew deadline must be longer than 1.2 times the retry period'],
  ['--shard-key not!a!label', 'It must be the value of a label.'],
  ['--watch-namespaces one,Two', 'It must be names of namespaces, separated by commas.'],
])('operator %s is wrong usage, reported with exit code 2', async (args, message) => {
  const { code, stderr } = await program.run(['operator', ...args.split(' ')]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test('a health address that is none ends the start with exit code 1', async () => {
  const env = { KUBECONFIG: controlPlane.kubeconfigPath };
  const { code, stderr } = await program.run(['operator', '--health-addr', 'here'], '', env);
  expect([code, stderr]).toEqual([1, 'error: the address "here" is not of the form host:port\n']);
});

test('outside of a pod leader election needs the namespace of its Lease', async () => {
  const env = { KUBECONFIG: controlPlane.kubeconfigPath };
  const { code, stderr } = await program.run([...NO_PORT, '--leader-elect'], '', env);
  expect(code).toBe(1);
  expect(stderr).toContain('error: outside of a pod --leader-elect needs --leader-elect-resource-namespace');
});

test('a metrics address that other machines reach ends the start with exit code 1 and what to add', async () => {
  const env = { KUBECONFIG: controlPlane.kubeconfigPath };
  const { code, stderr } = await program.run(
    ['operator', '--health-addr', '127.0.0.1:0', '--metrics-addr', ':0'],
    '',
    env,
  );
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining('add --metrics-secure, or --metrics-insecure-bind'),
  ]);
});

test('help lists every option with its default, and says where the cluster comes from', async () => {
  const { code, stdout } = await program.run(['operator', '--help']);
  expect(code).toBe(0);
  for (const word of [
    '--concurrent',
    '--log-level',
    '--log-encoding',
    '--health-addr',
    '127.0.0.1:8081',
    '--leader-elect-lease-duration',
    '(default: 15s)',
    '--shard-key',
    '--watch-namespaces',
    '--metrics-addr',
    '127.0.0.1:8080',
    '--metrics-secure',
    '--metrics-cert-dir',
    '--metrics-insecure-bind',
    'KUBECONFIG',
  ]) {
    expect(stdout).toContain(word);
  }
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it with exit code 0, and it says so', async (signal) => {
  const operator = await start();
  expect(await operator.stop(signal)).toBe(0);
  expect(operator.log.slice(-2)).toMatchObject([{ msg: 'stopping', signal }, { msg: 'stopped' }]);
});

test('a signal that comes before it is ready ends it too', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const config = kubeconfigOf(`http://127.0.0.1:${port}`).replace(
    '"server"',
    '"insecure-skip-tls-verify":true,"server"',
  );
  const child = program.start(NO_PORT, await writeKubeconfig('silent', config));
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let log = '';
  child.stderr?.on('data', (data: Buffer) => (log += data.toString()));
  await waitFor('it has begun', () => log.includes('"msg":"starting"'));
  child.kill('SIGTERM');
  expect([await code, log]).toEqual([0, expect.stringContaining('"msg":"stopped"')]);
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
});

test('healthz and readyz answer at the address that the log names', async () => {
  const operator = await start();
  const address = String(operator.log.find(({ msg }) => msg === 'starting')?.['healthAddr']);
  for (const path of ['healthz', 'readyz']) {
    const response = await fetch(`http://${address}/${path}`);
    expect([response.status, await response.text()]).toEqual([200, 'ok\n']);
  }
  await operator.stop();
});

test('it is ready without Flux, and every line of its log is JSON with level, time and message', async () => {
  const operator = await start('--log-level', 'debug');
  await operator.stop();
  expect(operator.log.map(({ msg }) => msg)).toEqual(
    expect.arrayContaining(['starting', 'ready', 'stopping', 'stopped']),
  );
  for (const line of operator.log) {
    expect(line).toMatchObject({
      level: expect.any(String),
      ts: expect.any(String),
      msg: expect.any(String),
    });
  }
  expect(operator.ready).toMatchObject({ ms: expect.any(Number), sinceProcessStartMs: expect.any(Number) });
});

test('without addresses nothing listens', async () => {
  const operator = await start('--health-addr', '0', '--metrics-addr', '0');
  const starting = operator.log.find(({ msg }) => msg === 'starting');
  expect(starting).not.toHaveProperty('healthAddr');
  expect(starting).not.toHaveProperty('metricsAddr');
  await operator.stop();
});

test('metrics are served at the address that the log names', async () => {
  const operator = await start();
  const address = String(operator.log.find(({ msg }) => msg === 'starting')?.['metricsAddr']);
  const response = await fetch(`http://${address}/metrics`);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('\nfluxblueprint_build_info{version="');
  await operator.stop();
});

test('guarded metrics have a certificate of their own and want a token', async () => {
  const operator = await start('--metrics-secure');
  const address = String(operator.log.find(({ msg }) => msg === 'starting')?.['metricsAddr']);
  const status = await new Promise((resolve, reject) => {
    get(`https://${address}/metrics`, { rejectUnauthorized: false, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).once('error', reject);
  });
  expect(status).toBe(401);
  await operator.stop();
});

test('SIGUSR1 makes the log say more and SIGUSR2 ends that, without a restart', async () => {
  const operator = await start();
  const levels = (): unknown[] =>
    operator.log.filter(({ msg }) => msg === 'the log level is changed').map(({ to }) => to);
  operator.child.kill('SIGUSR1');
  await waitFor('it says more', () => levels().length === 1);
  operator.child.kill('SIGUSR2');
  await waitFor('it says less', () => levels().length === 2);
  expect(levels()).toEqual(['debug', 'info']);
  expect(await operator.stop()).toBe(0);
});
