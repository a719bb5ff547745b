import { connect } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { startHealthServer } from '../../../src/app/http/health-server.ts';
import { type HttpServer, isLoopback, parseAddress } from '../../../src/app/http/http-server.ts';

const open: HttpServer[] = [];

async function start(address: string, isReady: () => boolean = () => true): Promise<HttpServer> {
  const server = await startHealthServer(address, isReady);
  open.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function ask(server: HttpServer, path: string, method = 'GET'): Promise<[number, string]> {
  const response = await fetch(`http://${server.address}${path}`, { method });
  return [response.status, await response.text()];
}

test.each([
  ['127.0.0.1:8081', { host: '127.0.0.1', port: 8081 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['[::1]:9440', { host: '::1', port: 9440 }],
  [':9440', { port: 9440 }],
])('the address %s is understood', (text, address) => {
  expect(parseAddress(text)).toEqual(address);
});

test.each(['', '8081', 'localhost', ':', ':x', ':-1', ':65536', ':123456', '127.0.0.1:'])(
  'the address %j is refused with what is allowed',
  (text) => {
    expect(() => parseAddress(text)).toThrow(
      `the address ${JSON.stringify(text)} is not of the form host:port`,
    );
  },
);

test.each(['127.0.0.1:0', '127.9.9.9:80', 'localhost:8080', '[::1]:9440'])(
  'only this machine reaches %s',
  (address) => {
    expect(isLoopback(address)).toBe(true);
  },
);

test.each([
  ':8080',
  '0.0.0.0:8080',
  '[::]:8080',
  '10.0.0.1:80',
  '127.0.0.1.example.com:80',
  'localhost.example.com:1',
])('other machines may reach %s', (address) => {
  expect(isLoopback(address)).toBe(false);
});

test('healthz fails when a reconcile hangs', async () => {
  let alive = true;
  const server = await startHealthServer(
    '127.0.0.1:0',
    () => true,
    () => alive,
  );
  open.push(server);
  expect(await ask(server, '/healthz')).toEqual([200, 'ok\n']);
  alive = false;
  expect(await ask(server, '/healthz')).toEqual([500, 'a reconcile hangs\n']);
});

test('HEAD is answered as GET without the body, and other methods are refused with what is allowed', async () => {
  const server = await start('127.0.0.1:0');
  const head = await fetch(`http://${server.address}/healthz`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '3', '']);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const refused = await fetch(`http://${server.address}/healthz`, { method });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    await refused.text();
  }
  expect((await ask(server, '/elsewhere', 'POST'))[0]).toBe(404);
});

test('a body is not read, and ends the connection that it came on', async () => {
  const server = await start('127.0.0.1:0');
  const body = 'x'.repeat(1_000_000);
  const response = await fetch(`http://${server.address}/healthz`, { method: 'POST', body });
  expect([response.status, response.headers.get('connection')]).toEqual([405, 'close']);
  await response.text();
});

test('headers that are too long are refused', async () => {
  const server = await start('127.0.0.1:0');
  const response = await fetch(`http://${server.address}/healthz`, {
    headers: { authorization: `Bearer ${'x'.repeat(20_000)}` },
  });
  expect(response.status).toBe(431);
  await response.text();
});

test('healthz answers as long as the process runs, readyz when it is ready', async () => {
  let ready = false;
  const server = await start('127.0.0.1:0', () => ready);
  expect(await ask(server, '/healthz')).toEqual([200, 'ok\n']);
  expect(await ask(server, '/readyz')).toEqual([503, 'not ready\n']);
  ready = true;
  expect(await ask(server, '/readyz')).toEqual([200, 'ok\n']);
  expect(await ask(server, '/readyz?verbose')).toEqual([200, 'ok\n']);
});

test.each(['/', '/metrics', '/healthz/', '/../healthz/..', '//healthz'])('%s is not found', async (path) => {
  expect((await ask(await start('127.0.0.1:0'), path))[0]).toBe(404);
});

test('the address that it reports can be asked, with IPv6 too', async () => {
  const server = await start('[::1]:0');
  expect(server.address).toMatch(/^\[::1\]:\d+$/);
  expect(await ask(server, '/healthz')).toEqual([200, 'ok\n']);
});

test('without a host it listens on every address', async () => {
  const { address } = await start(':0');
  const port = address.slice(address.lastIndexOf(':'));
  const response = await fetch(`http://127.0.0.1${port}/healthz`);
  expect(response.status).toBe(200);
});

test('a port that is taken is an error', async () => {
  const { address } = await start('127.0.0.1:0');
  await expect(startHealthServer(address, () => true)).rejects.toThrow('EADDRINUSE');
});

test('closing ends the connections that are open, those that say nothing as well', async () => {
  const server = await startHealthServer('127.0.0.1:0', () => true);
  const { host, port } = parseAddress(server.address);
  const socket = connect({ port, host: host ?? '' });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write('GET /healthz HTTP/1.1\r\n');
  await ask(server, '/healthz');
  await server.close();
  await closed;
});

test('a request that never ends is cut off', async () => {
  const server = await start('127.0.0.1:0');
  const { host, port } = parseAddress(server.address);
  const socket = connect({ port, host: host ?? '' });
  socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n');
  const answer = await new Promise<string>((resolve) => {
    socket.once('data', (data) => {
      resolve(data.toString());
    });
  });
  expect(answer).toContain('408 Request Timeout');
  socket.destroy();
});
