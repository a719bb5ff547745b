import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { HttpTransport } from '../../../src/kube/http/transport.ts';
import type { ClusterErrorReason } from '../../../src/ports/cluster.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import {
  createNamespace,
  openClient,
  prepareCluster,
  refusal,
  widget,
  type Client,
} from '../../harness/api-server/environment.ts';
import { FaultProxy, type Fault } from '../../harness/api-server/fault-proxy.ts';
import { waitFor } from '../../harness/wait-for.ts';

const fieldManager = 'test';
const maxConnections = 4;
let kubeconfigPath: string;
let proxy: FaultProxy;
let client: Client;
let namespace: string;

beforeAll(async () => {
  kubeconfigPath = await prepareCluster();
});

beforeEach(async () => {
  proxy = await FaultProxy.start(kubeconfigPath);
  client = await openClient(proxy.config, { maxConnections });
  namespace = await createNamespace(client);
});

afterEach(async () => {
  await client.connection.close();
  await proxy.close();
});

function status(code: number, reason: string): Fault {
  const body = {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    message: `reported ${code}`,
    reason,
    code,
  };
  return { kind: 'answer', status: code, body };
}

test.each<[number, string, ClusterErrorReason]>([
  [400, 'BadRequest', 'BadRequest'],
  [401, 'Unauthorized', 'Unauthorized'],
  [403, 'Forbidden', 'Forbidden'],
  [409, 'AlreadyExists', 'AlreadyExists'],
  [409, 'Conflict', 'Conflict'],
  [410, 'Expired', 'Expired'],
  [413, 'RequestEntityTooLarge', 'TooLarge'],
  [422, 'Invalid', 'Invalid'],
  [429, 'TooManyRequests', 'TooManyRequests'],
  [500, 'InternalError', 'ServerError'],
  [503, 'ServiceUnavailable', 'ServerError'],
  [504, 'Timeout', 'Timeout'],
])('HTTP %d with reason %s is the error %s', async (code, reason, expected) => {
  proxy.script = () => status(code, reason);
  const failure = await refusal(client.cluster.apply(widget(namespace, 'x'), { fieldManager }));
  expect(failure).toMatchObject({ reason: expected, status: code, message: `reported ${code}` });
});

test('the page of a gateway is not repeated in the error', async () => {
  proxy.script = () => ({ kind: 'answer', status: 502, body: '<html>secret</html>' });
  const failure = await refusal(client.cluster.get(ref('x')));
  expect(failure).toMatchObject({ reason: 'ServerError', status: 502 });
  expect(failure.message).not.toContain('secret');
});

test('an answer that is no JSON is an error of the server', async () => {
  proxy.script = () => ({ kind: 'answer', status: 200, body: 'hello' });
  expect(await refusal(client.cluster.get(ref('x')))).toMatchObject({ reason: 'ServerError' });
});

test.each([
  ['a number of seconds', '7', 7000],
  ['a date that has passed', 'Wed, 21 Oct 2015 07:28:00 GMT', 0],
])('Retry-After as %s is understood', async (_form, value, retryAfterMs) => {
  proxy.script = () => ({ kind: 'answer', status: 429, headers: { 'retry-after': value } });
  expect(await refusal(client.cluster.get(ref('x')))).toMatchObject({
    reason: 'TooManyRequests',
    retryAfterMs,
  });
});

test('no error carries what was sent', async () => {
  const body = widget(namespace, 'x', { text: 'topsecret' });
  for (const fault of [status(500, 'InternalError'), { kind: 'reset' } as const]) {
    proxy.script = () => fault;
    const failure = await refusal(client.cluster.apply(body, { fieldManager }));
    expect(JSON.stringify([failure, failure.message, failure.stack, String(failure.cause)])).not.toContain(
      'topsecret',
    );
  }
});

test('a connection that is reset, and a server that is not there, are unreachable', async () => {
  proxy.script = () => ({ kind: 'reset' });
  expect(await refusal(client.cluster.get(ref('x')))).toMatchObject({
    reason: 'Unreachable',
    status: undefined,
  });
  await proxy.close();
  expect(await refusal(client.cluster.get(ref('x')))).toMatchObject({ reason: 'Unreachable' });
});

test('a request that is not answered in time is a timeout, and so is one that waits for its connection', async () => {
  proxy.script = () => ({ kind: 'hang' });
  const requests = Array.from({ length: maxConnections * 2 }, () =>
    refusal(client.transport.request({ method: 'GET', path: '/version', timeoutMs: 100 })),
  );
  const reasons = (await Promise.all(requests)).map(({ reason }) => reason);
  expect(new Set(reasons)).toEqual(new Set(['Timeout']));
  proxy.script = () => undefined;
  expect(await client.transport.request({ method: 'GET', path: '/version' })).toHaveProperty('gitVersion');
});

test('an abort ends a request that hangs, and one that waits for its connection', async () => {
  proxy.script = () => ({ kind: 'hang' });
  const abort = new AbortController();
  const requests = Array.from({ length: maxConnections * 2 }, () =>
    refusal(client.transport.request({ method: 'GET', path: '/version', signal: abort.signal })),
  );
  await waitFor('the first requests arrive', () => proxy.seen.length >= maxConnections);
  abort.abort();
  const reasons = (await Promise.all(requests)).map(({ reason }) => reason);
  expect(new Set(reasons)).toEqual(new Set(['Aborted']));
});

test('an answer over the bound is refused without holding it', async () => {
  const { connection } = client;
  const transport = new HttpTransport({ connection, clock: systemClock, maxResponseBytes: 1000 });
  expect(await refusal(transport.request({ method: 'GET', path: '/apis' }))).toMatchObject({
    reason: 'TooLarge',
  });
});

test('many requests share few connections', async () => {
  const before = proxy.connections;
  await Promise.all(
    Array.from({ length: 100 }, (_, i) => client.cluster.apply(widget(namespace, `w${i}`), { fieldManager })),
  );
  expect(proxy.connections - before).toBeLessThanOrEqual(maxConnections);
});

test('open watches take no connection from requests', async () => {
  const abort = new AbortController();
  const watches = Array.from({ length: maxConnections * 2 }, async () => {
    const events = client.transport.watch({
      path: '/api/v1/pods',
      query: { watch: true },
      signal: abort.signal,
    });
    return refusal(events.next());
  });
  await waitFor('the watches are open', () => proxy.openWatches === maxConnections * 2);
  expect(await client.cluster.get(ref('absent'))).toBeUndefined();
  abort.abort();
  expect(new Set((await Promise.all(watches)).map(({ reason }) => reason))).toEqual(new Set(['Aborted']));
});

test('leaving the loop over a watch ends it', async () => {
  const path = `/apis/test.fluxblueprint.io/v1/namespaces/${namespace}/widgets`;
  await client.cluster.apply(widget(namespace, 'watched'), { fieldManager });
  for await (const event of client.transport.watch({ path, query: { watch: true } })) {
    expect(event).toMatchObject({ type: 'ADDED' });
    break;
  }
  await waitFor('the watch is over', () => proxy.openWatches === 0);
});

test('requests name the program and its version', async () => {
  await client.cluster.get(ref('x'));
  expect(proxy.seen.at(-1)?.headers['user-agent']).toBe('fluxblueprint/test');
});

function ref(name: string) {
  return { apiVersion: 'test.fluxblueprint.io/v1', kind: 'Widget', namespace, name };
}
