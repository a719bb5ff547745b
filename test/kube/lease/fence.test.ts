import { request as httpsRequest } from 'node:https';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { FencedTransport } from '../../../src/kube/lease/fence.ts';
import { loadKubeConfig } from '../../../src/kube/http/connection.ts';
import { ApiCluster } from '../../../src/kube/cluster.ts';
import type { Leadership } from '../../../src/ports/leader.ts';
import { sharedControlPlane } from '../../harness/jest/shared-control-plane.ts';
import { ManualClock } from '../../harness/manual-clock.ts';
import { openClient, refusal, widget, type Client } from '../../harness/api-server/environment.ts';
import { useFaultFixture } from '../../harness/api-server/fault-fixture.ts';
import { widgetsPath } from '../../harness/api-server/watching.ts';
import { waitFor } from '../../harness/wait-for.ts';

const fixture = useFaultFixture();

/** Leadership that a test ends when it likes. */
class Reign implements Leadership {
  remaining = 8000;
  readonly marginMs = 4000;

  remainingMs(): number {
    return this.remaining;
  }
}

/** A client whose writes go through the fence. */
function fence({ transport, discovery }: Client, leadership: Leadership, clock = new ManualClock()) {
  const fenced = new FencedTransport(transport, leadership, clock);
  return { fenced, clock, cluster: new ApiCluster(fenced, discovery) };
}

function writes(): { method: string; timeout: string | null }[] {
  return fixture.proxy.seen
    .filter(({ method, path }) => method !== 'GET' && path.startsWith(widgetsPath(fixture.namespace)))
    .map(({ method, query }) => ({ method, timeout: query.get('timeout') }));
}

const apply = (cluster: ApiCluster, name: string) =>
  cluster.apply(widget(fixture.namespace, name, { size: 1 }), { fieldManager: 'test' });

test('a leader writes, and says to the API server with each write how long that holds', async () => {
  const { cluster, fenced } = fence(fixture.client, new Reign());
  const object = widget(fixture.namespace, 'one', { size: 1 });
  const options = { fieldManager: 'test' };
  const ref = { ...object, ...object.metadata };
  await cluster.create(object, options);
  await cluster.apply({ ...object, spec: { size: 2 } }, options);
  await cluster.applyStatus({ ...object, status: { size: 2 } }, options);
  await cluster.merge(ref, { metadata: { labels: { a: 'b' } } }, options);
  await cluster.delete(ref);
  // What is left of leadership, and half of the margin.
  expect(writes()).toEqual(
    ['POST', 'PATCH', 'PATCH', 'PATCH', 'DELETE'].map((method) => ({ method, timeout: '10000ms' })),
  );
  expect(fenced.drained).toBe(true);
});

test('who does not lead writes nothing, and reads as before', async () => {
  const reign = new Reign();
  reign.remaining = 0;
  const { cluster, fenced } = fence(fixture.client, reign);
  expect(await refusal(apply(cluster, 'one'))).toMatchObject({ reason: 'Aborted' });
  const object = widget(fixture.namespace, 'one');
  expect(await cluster.get({ ...object, ...object.metadata })).toBeUndefined();
  expect(writes()).toEqual([]);
  expect(fenced.drained).toBe(true);
});

test('a write that waits for a connection while leadership ends is not sent', async () => {
  const narrow = await openClient(fixture.proxy.config, { maxConnections: 1 });
  const reign = new Reign();
  const { cluster } = fence(narrow, reign);
  fixture.proxy.script = ({ method }) => (method === 'PATCH' ? { kind: 'hang' } : undefined);
  const first = refusal(apply(cluster, 'first'));
  await waitFor('the first write is under way', () => writes().length === 1);
  const second = refusal(apply(cluster, 'second'));
  reign.remaining = 0;
  fixture.proxy.resetHanging();
  expect((await first).reason).toBe('Unreachable');
  expect((await second).reason).toBe('Aborted');
  expect(writes()).toHaveLength(1);
  await narrow.connection.close();
});

test('a write that waits for a connection until it might not end within the lease is not sent', async () => {
  const narrow = await openClient(fixture.proxy.config, { maxConnections: 1 });
  const reign = new Reign();
  const { cluster } = fence(narrow, reign);
  fixture.proxy.script = ({ method }) => (method === 'PATCH' ? { kind: 'hang' } : undefined);
  const first = refusal(apply(cluster, 'first'));
  await waitFor('the first write is under way', () => writes().length === 1);
  const second = refusal(apply(cluster, 'second'));
  reign.remaining = 8000 - 2001;
  fixture.proxy.resetHanging();
  await first;
  expect((await second).reason).toBe('Timeout');
  expect(writes()).toHaveLength(1);
  await narrow.connection.close();
});

test('what was sent and not answered is settled when the API server cannot carry it out any more', async () => {
  const { cluster, clock, fenced } = fence(fixture.client, new Reign());
  fixture.proxy.script = ({ method }) => (method === 'PATCH' ? { kind: 'hang' } : undefined);
  const lost = refusal(apply(cluster, 'lost'));
  await waitFor('the write is under way', () => writes().length === 1);
  expect(fenced.drained).toBe(false);
  fixture.proxy.resetHanging();
  await lost;
  clock.advance(9_999);
  expect(fenced.drained).toBe(false);
  clock.advance(1);
  expect(fenced.drained).toBe(true);
});

test('a refusal is an answer: the write is settled by it', async () => {
  const { cluster, fenced } = fence(fixture.client, new Reign());
  const invalid = widget(fixture.namespace, 'invalid', { size: -1 });
  expect(await refusal(cluster.apply(invalid, { fieldManager: 'test' }))).toMatchObject({
    reason: 'Invalid',
  });
  expect(fenced.drained).toBe(true);
});

test('the API server does not carry out a write of which it gets the rest when its time is over', async () => {
  const { kubeconfigPath } = sharedControlPlane();
  const config = loadKubeConfig({ path: kubeconfigPath });
  const [server, user] = [config.getCurrentCluster(), config.getCurrentUser()];
  const read = (file = '', data = '') => (file === '' ? Buffer.from(data, 'base64') : readFileSync(file));
  const object = widget(fixture.namespace, 'late', { size: 1 });
  const body = JSON.stringify(object);
  const url = `${server?.server ?? ''}${widgetsPath(fixture.namespace)}?timeout=300ms`;
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    expect: '100-continue',
  };
  const status = await new Promise((resolve, reject) => {
    const request = httpsRequest(url, {
      method: 'POST',
      headers,
      ca: read(server?.caFile, server?.caData),
      cert: read(user?.certFile, user?.certData),
      key: read(user?.keyFile, user?.keyData),
    });
    request.once('error', reject);
    let status: number | undefined;
    // With `expect` the API server says that it has begun to read, and answers before it has read all.
    request.once('continue', () => request.write(body.slice(0, 10)));
    request.once('response', (response) => {
      status = response.resume().statusCode;
      request.end(body.slice(10));
    });
    request.once('close', () => {
      resolve(status);
    });
    request.flushHeaders();
  });
  expect(status).toBe(504);
  expect(await fixture.direct.cluster.get({ ...object, ...object.metadata })).toBeUndefined();
});
