import { expect, test } from '@jest/globals';
import { widget } from '../../harness/api-server/environment.ts';
import { useFaultFixture } from '../../harness/api-server/fault-fixture.ts';
import type { Fault } from '../../harness/api-server/fault-proxy.ts';
import { startWatching, watchWidgets, widgetsPath } from '../../harness/api-server/watching.ts';
import { waitFor } from '../../harness/wait-for.ts';

const fieldManager = 'test';
const fixture = useFaultFixture();

function apply(name: string, text = 'x') {
  const { direct, namespace } = fixture;
  return direct.cluster.apply(widget(namespace, name, { text }), { fieldManager });
}

/** Does `fault` to the next requests of a kind to the Widgets, and then nothing more. */
function breakNext(kind: 'list' | 'watch', times: number, fault: Fault): void {
  const { proxy, namespace } = fixture;
  let left = times;
  proxy.script = ({ path, isWatch }) => {
    if (path !== widgetsPath(namespace) || isWatch !== (kind === 'watch')) return undefined;
    return left-- > 0 ? fault : undefined;
  };
}

function count(kind: 'list' | 'watch'): number {
  return fixture.proxy.requestsTo(widgetsPath(fixture.namespace), kind).length;
}

const refusals: [string, Fault][] = [
  ['reset', { kind: 'reset' }],
  ['answered 500', { kind: 'answer', status: 500 }],
  ['answered 503', { kind: 'answer', status: 503 }],
  ['answered 429', { kind: 'answer', status: 429 }],
  ['answered with the page of a gateway', { kind: 'answer', status: 502, body: '<html></html>' }],
  ['answered with something that is no JSON', { kind: 'answer', status: 200, body: 'hello' }],
];

test.each(refusals)('a first list that is %s is asked for again', async (_what, fault) => {
  const { client, namespace } = fixture;
  await apply('a');
  breakNext('list', 3, fault);
  const watching = fixture.stopLater(await watchWidgets(client, namespace));
  expect(watching.reported()).toEqual(['Added a']);
  expect(count('list')).toBe(4);
});

test.each(refusals)('a watch that is %s is asked for again, without a new list', async (_what, fault) => {
  const { client, namespace } = fixture;
  breakNext('watch', 3, fault);
  const watching = fixture.stopLater(await watchWidgets(client, namespace));
  await apply('a');
  await waitFor('the change is reported', () => watching.reported().length > 0);
  expect(watching.reported()).toEqual(['Added a']);
  // What is not an API server's answer says nothing about where the watch is.
  expect(count('list')).toBe(1);
  expect(count('watch')).toBeGreaterThanOrEqual(4);
});

test('a watch that the server ends is resumed where it was', async () => {
  const { client, namespace, proxy } = fixture;
  const watching = fixture.stopLater(await watchWidgets(client, namespace));
  await apply('a');
  await waitFor('the first change is reported', () => watching.reported().length === 1);
  proxy.endWatches();
  await apply('b');
  await waitFor('the second change is reported', () => watching.reported().length === 2);
  expect(watching.reported()).toEqual(['Added a', 'Added b']);
  expect([count('list'), count('watch')]).toEqual([1, 2]);
  expect(watching.log.filter(({ level }) => level === 'warn')).toEqual([]);
});

test('what happened while the watch was away is reported when it is back', async () => {
  const { client, namespace, proxy } = fixture;
  await Promise.all([apply('changed'), apply('deleted')]);
  const watching = fixture.stopLater(await watchWidgets(client, namespace));
  await waitFor('it watches', () => proxy.openWatches === 1);
  proxy.script = () => ({ kind: 'reset' });
  proxy.cutWatches();
  await apply('changed', 'y');
  await apply('new');
  await fixture.direct.cluster.delete({ ...ref, namespace, name: 'deleted' });
  proxy.script = () => undefined;
  await waitFor('all is reported', () => watching.changes.length === 5);
  expect(watching.reported().slice(2)).toEqual(['Modified changed', 'Added new', 'Deleted deleted']);
  expect(count('list')).toBe(1);
});

test('an event that is cut in the middle is reported once, and whole', async () => {
  const { client, namespace } = fixture;
  const text = 'x'.repeat(5000);
  breakNext('watch', 3, { kind: 'cut', bytes: 2000 });
  const watching = fixture.stopLater(await watchWidgets(client, namespace));
  await apply('a', text);
  await waitFor('it is reported', () => watching.reported().length > 0);
  expect(watching.changes).toMatchObject([{ type: 'Added', object: { spec: { text } } }]);
});

test.each<[string, Fault]>([
  ['is never answered', { kind: 'hang' }],
  ['says nothing after its headers', { kind: 'stall', bytes: 0 }],
  ['goes silent in the middle of an event', { kind: 'stall', bytes: 100 }],
])('a watch that %s is given up and resumed', async (_how, fault) => {
  const { client, namespace } = fixture;
  breakNext('watch', 1, fault);
  const watching = fixture.stopLater(await watchWidgets(client, namespace, { idleTimeoutMs: 200 }));
  await waitFor('it watches', () => count('watch') === 1);
  await apply('a');
  await waitFor('the change is reported', () => watching.reported().length === 1);
  expect(watching.log.find(({ level }) => level === 'warn')?.fields).toMatchObject({ reason: 'Timeout' });
});

test('a server that answers again is not kept waiting for the pauses of its absence', async () => {
  const { client, namespace, proxy } = fixture;
  let absent = 7;
  proxy.script = ({ path, isWatch }) => {
    if (path !== widgetsPath(namespace) || !isWatch || absent < 0) return undefined;
    return absent-- > 0 ? { kind: 'reset' } : { kind: 'answer', status: 410 };
  };
  const watching = fixture.stopLater(await watchWidgets(client, namespace, { maxDelayMs: 60_000 }));
  await apply('a');
  await waitFor('the change is reported', () => watching.reported().length === 1);
  const warned = watching.log.filter(({ level }) => level === 'warn').map(({ fields }) => fields);
  expect(warned.map(({ reason }) => reason)).toEqual(['Unreachable', 'Expired']);
  expect(warned[1]?.['retryInMs']).toBeLessThanOrEqual(20);
});

test('Retry-After is waited for', async () => {
  const { client, namespace } = fixture;
  breakNext('list', 1, { kind: 'answer', status: 429, headers: { 'retry-after': '1' } });
  const watching = fixture.stopLater(startWatching(client, namespace));
  await waitFor('it was refused', () => watching.log.length === 1);
  expect(watching.log[0]).toMatchObject({
    level: 'warn',
    fields: { reason: 'TooManyRequests', retryInMs: 1000 },
  });
  await watching.reflector.waitForSync();
});

test('a failure that goes on is logged once, and its end too', async () => {
  const { client, namespace, proxy } = fixture;
  const watching = fixture.stopLater(await watchWidgets(client, namespace, { maxDelayMs: 20 }));
  await waitFor('it watches', () => proxy.openWatches === 1);
  proxy.script = () => ({ kind: 'reset' });
  proxy.cutWatches();
  await waitFor('it failed often', () => count('watch') > 10);
  proxy.script = () => undefined;
  await apply('a');
  await waitFor('the change is reported', () => watching.reported().length === 1);
  const spoken = watching.log
    .filter(({ level }) => level !== 'debug')
    .map(({ level, message }) => `${level} ${message}`);
  expect(spoken).toEqual(['warn watching failed and is retried', 'info watching again']);
});

const ref = { apiVersion: 'test.fluxblueprint.io/v1', kind: 'Widget' };
