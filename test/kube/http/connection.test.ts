import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { Connection, loadKubeConfig } from '../../../src/kube/http/connection.ts';
import { HttpTransport } from '../../../src/kube/http/transport.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { sharedControlPlane } from '../../harness/jest/shared-control-plane.ts';
import { ManualClock } from '../../harness/manual-clock.ts';
import { refusal } from '../../harness/api-server/environment.ts';

let folder: string;
let server: Server;
let seen: { authorization: string | undefined; as: string | undefined; path: string }[];
let status: number;
const connections: Connection[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'connection-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  seen = [];
  status = 200;
  server = createServer(({ headers, url = '' }, response) => {
    const as = headers['impersonate-user'];
    seen.push({
      authorization: headers.authorization,
      as: typeof as === 'string' ? as : undefined,
      path: url,
    });
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
  await new Promise((resolve) => server.close(resolve));
});

/** A transport to the scripted server as a user of a kubeconfig, under a clock that is moved by hand. */
function openAs(user: Record<string, unknown>, path = '') {
  const config = new KubeConfig();
  const { port } = server.address() as AddressInfo;
  config.loadFromClusterAndUser(
    { name: 'test', server: `http://127.0.0.1:${port}${path}`, skipTLSVerify: true },
    { name: 'test', ...user },
  );
  const clock = new ManualClock();
  const connection = new Connection({ config, clock, version: '1' });
  connections.push(connection);
  const transport = new HttpTransport({ connection, clock: systemClock });
  const get = (as?: string) => transport.request({ method: 'GET', path: '/version', as });
  return { clock, get, connection };
}

/** An exec plugin that answers the token in a file, and notes in another that it was run. */
function execPlugin(token: string, runs: string) {
  const script = `
    const fs = require('node:fs');
    fs.appendFileSync(process.argv[2], 'x');
    const token = fs.readFileSync(process.argv[1], 'utf8');
    const expirationTimestamp = new Date(Date.now() - 1).toISOString();
    console.log(JSON.stringify({ kind: 'ExecCredential', status: { token, expirationTimestamp } }));`;
  return { exec: { command: process.execPath, args: ['-e', script, token, runs] } };
}

test('a static token is sent', async () => {
  await openAs({ token: 'abc' }).get();
  expect(seen).toMatchObject([{ authorization: 'Bearer abc' }]);
});

test('a user and a password are sent as basic authentication', async () => {
  await openAs({ username: 'me', password: 'pw' }).get();
  expect(seen).toMatchObject([{ authorization: `Basic ${Buffer.from('me:pw').toString('base64')}` }]);
});

test('the user that the kubeconfig acts as gives way to the one that a request acts as', async () => {
  const { get } = openAs({ token: 'abc', impersonateUser: 'from-config' });
  await get();
  await get('from-request');
  expect(seen.map(({ as }) => as)).toEqual(['from-config', 'from-request']);
});

test('a server behind a path is reached under it', async () => {
  await openAs({ token: 'abc' }, '/clusters/one/').get();
  expect(seen).toMatchObject([{ path: '/clusters/one/version' }]);
});

test('an exec plugin is run once for many requests, and again when its token is due', async () => {
  const [token, runs] = [join(folder, 'token'), join(folder, 'runs')];
  writeFileSync(token, 'first\n');
  const { clock, get } = openAs(execPlugin(token, runs));
  await Promise.all(Array.from({ length: 20 }, () => get()));
  expect(readFileSync(runs, 'utf8')).toBe('x');
  writeFileSync(token, 'second\n');
  clock.advance(10_000);
  await get();
  expect(seen.at(0)?.authorization).toBe('Bearer first');
  expect(seen.at(-1)?.authorization).toBe('Bearer second');
});

test('credentials that were refused are read again for the next request', async () => {
  const [token, runs] = [join(folder, 'refused-token'), join(folder, 'refused-runs')];
  writeFileSync(token, 'first');
  const { get } = openAs(execPlugin(token, runs));
  status = 401;
  expect(await refusal(get())).toMatchObject({ reason: 'Unauthorized' });
  writeFileSync(token, 'second');
  status = 200;
  await get();
  expect(seen.map(({ authorization }) => authorization)).toEqual(['Bearer first', 'Bearer second']);
});

test('credentials that cannot be read are unauthorized, and asked for again', async () => {
  const { get } = openAs({ exec: { command: join(folder, 'missing') } });
  expect(await refusal(get())).toMatchObject({ reason: 'Unauthorized', status: undefined });
  expect(await refusal(get())).toMatchObject({ reason: 'Unauthorized' });
});

test('credentials that cannot be read for a while are used on, until the server refuses them', async () => {
  const [token, runs] = [join(folder, 'lost-token'), join(folder, 'lost-runs')];
  writeFileSync(token, 'first');
  const { clock, get } = openAs(execPlugin(token, runs));
  await get();
  rmSync(token);
  clock.advance(10_000);
  await get();
  expect(seen.map(({ authorization }) => authorization)).toEqual(['Bearer first', 'Bearer first']);
  status = 401;
  await refusal(get());
  status = 200;
  expect(await refusal(get())).toMatchObject({ reason: 'Unauthorized', status: undefined });
  expect(seen).toHaveLength(3);
});

test('the token in a file is read again when it is due, whatever the wall clock says', async () => {
  const tokenFile = join(folder, 'rotated-token');
  writeFileSync(tokenFile, 'first');
  const { clock, get } = openAs({ authProvider: { name: 'tokenFile', config: { tokenFile } } });
  await get();
  writeFileSync(tokenFile, 'second');
  clock.advance(10_000);
  await get();
  expect(seen.map(({ authorization }) => authorization)).toEqual(['Bearer first', 'Bearer second']);
});

test('the token in a file is sent without the newline at its end', async () => {
  const tokenFile = join(folder, 'pod-token');
  writeFileSync(tokenFile, 'abc\n');
  await openAs({ authProvider: { name: 'tokenFile', config: { tokenFile } } }).get();
  expect(seen).toMatchObject([{ authorization: 'Bearer abc' }]);
});

test('an API server behind a proxy is reached through it', async () => {
  const tunnels: string[] = [];
  const proxy = createServer().on('connect', ({ url = '' }, socket, head) => {
    tunnels.push(url);
    const { hostname, port } = new URL(`tcp://${url}`);
    const onward = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const config = loadKubeConfig({ path: sharedControlPlane().kubeconfigPath });
  const [cluster, user] = [config.getCurrentCluster(), config.getCurrentUser()];
  if (cluster === null || user === null) throw new Error('no cluster or no user');
  const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  config.loadFromClusterAndUser({ ...cluster, proxyUrl }, user);
  const connection = new Connection({ config, clock: systemClock, version: '1' });
  const transport = new HttpTransport({ connection, clock: systemClock });
  expect(await transport.request({ method: 'GET', path: '/version' })).toHaveProperty('gitVersion');
  expect(tunnels).toEqual([new URL(cluster.server).host]);
  await connection.close();
  await new Promise((resolve) => proxy.close(resolve));
});

test('a closed connection refuses requests', async () => {
  const { get, connection } = openAs({ token: 'abc' });
  await get();
  await connection.close();
  expect(await refusal(get())).toMatchObject({ reason: 'Aborted' });
});

test('client certificates that were renewed are used for new connections', async () => {
  const controlPlane = sharedControlPlane();
  const config = loadKubeConfig({ path: controlPlane.kubeconfigPath });
  const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  const install = async (name: string): Promise<void> => {
    const user = loadKubeConfig({ path: (await controlPlane.addUser(name)).kubeconfigPath }).getCurrentUser();
    writeFileSync(cert, Buffer.from(user?.certData ?? '', 'base64'));
    writeFileSync(key, Buffer.from(user?.keyData ?? '', 'base64'));
  };
  await install('before');
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('no cluster');
  config.loadFromClusterAndUser(cluster, { name: 'test', certFile: cert, keyFile: key });
  const clock = new ManualClock();
  const connection = new Connection({ config, clock, version: '1' });
  connections.push(connection);
  const transport = new HttpTransport({ connection, clock: systemClock });
  const whoAmI = async () => {
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const review = await transport.request({ method: 'POST', path, body });
    return (review['status'] as { userInfo: { username: string } }).userInfo.username;
  };
  expect(await whoAmI()).toBe('before');
  await install('after');
  expect(await whoAmI()).toBe('before');
  clock.advance(10_000);
  expect(await whoAmI()).toBe('after');
});

test('a context that the kubeconfig lacks is refused by name', () => {
  const { kubeconfigPath } = sharedControlPlane();
  expect(() => loadKubeConfig({ path: kubeconfigPath, context: 'nowhere' })).toThrow('nowhere');
});
