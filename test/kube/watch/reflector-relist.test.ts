import { expect, test } from '@jest/globals';
import { installCrd, openClient, widget, widgets } from '../../harness/api-server/environment.ts';
import { useFaultFixture } from '../../harness/api-server/fault-fixture.ts';
import type { Fault } from '../../harness/api-server/fault-proxy.ts';
import { findBreaches, startWatching, watchWidgets, widgetsPath } from '../../harness/api-server/watching.ts';
import { waitFor } from '../../harness/wait-for.ts';

const fieldManager = 'test';
const fixture = useFaultFixture();
const status = {
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  reason: 'Expired',
  message: 'too old',
  code: 410,
};

function apply(name: string, text = 'x') {
  const { direct, namespace } = fixture;
  return direct.cluster.apply(widget(namespace, name, { text }), { fieldManager });
}

function remove(name: string) {
  const { direct, namespace } = fixture;
  return direct.cluster.delete({ apiVersion: 'test.fluxblueprint.io/v1', kind: 'Widget', namespace, name });
}

function count(kind: 'list' | 'watch'): number {
  return fixture.proxy.requestsTo(widgetsPath(fixture.namespace), kind).length;
}

test.each<[string, Fault]>([
  ['as an answer', { kind: 'answer', status: 410, body: status }],
  ['as an event', { kind: 'answer', status: 200, body: { type: 'ERROR', object: status } }],
])('a version that has expired, %s, is listed anew and reports only what is new', async (_how, expired) => {
  const { client, namespace, proxy } = fixture;
  await Promise.all(['same', 'changed', 'deleted', 'replaced'].map((name) => apply(name)));
  const watching = fixture.stopLater(await watchWidgets(client, namespace));
  await waitFor('it watches', () => proxy.openWatches === 1);
  proxy.script = () => ({ kind: 'reset' });
  proxy.cutWatches();
  await apply('changed', 'y');
  await apply('new');
  await remove('deleted');
  await remove('replaced');
  await apply('replaced');
  let left = 1;
  proxy.script = ({ isWatch }) => (isWatch && left-- > 0 ? expired : undefined);
  await waitFor('all is reported', () => watching.changes.length >= 9);
  expect(watching.reported().slice(4).toSorted()).toEqual([
    'Added new',
    'Added replaced',
    'Deleted deleted',
    'Deleted replaced',
    'Modified changed',
  ]);
  expect(findBreaches(watching.changes)).toEqual([]);
  expect(count('list')).toBe(2);
});

test('a paged list that expires in the middle is read again in one piece', async () => {
  const { client, namespace, proxy } = fixture;
  await Promise.all(Array.from({ length: 10 }, (_, i) => apply(`w${i}`)));
  proxy.script = ({ query }) =>
    query.has('continue') ? { kind: 'answer', status: 410, body: status } : undefined;
  const watching = fixture.stopLater(await watchWidgets(client, namespace, { pageSize: 4 }));
  expect(watching.reported().toSorted()).toEqual(Array.from({ length: 10 }, (_, i) => `Added w${i}`));
  const limits = proxy.requestsTo(widgetsPath(namespace), 'list').map(({ query }) => query.get('limit'));
  expect(limits).toEqual(['4', '4', null]);
});

test('what was listed before a list broke off, and deleted then, is reported as deleted', async () => {
  const { client, namespace, proxy } = fixture;
  await Promise.all(Array.from({ length: 6 }, (_, i) => apply(`w${i}`)));
  let hanging = true;
  proxy.script = ({ query }) => (query.has('continue') && hanging ? { kind: 'hang' } : undefined);
  const watching = fixture.stopLater(startWatching(client, namespace, { pageSize: 3 }));
  await waitFor('the first page is reported', () => watching.changes.length === 3);
  await remove('w0');
  hanging = false;
  proxy.resetHanging();
  await watching.reflector.waitForSync();
  expect(watching.reported().slice(3).toSorted()).toEqual(['Added w3', 'Added w4', 'Added w5', 'Deleted w0']);
});

test('an event that is too large for the watch comes by a list', async () => {
  const { namespace, proxy } = fixture;
  const client = await openClient(proxy.config, { maxEventBytes: 20_000 });
  const watching = await watchWidgets(client, namespace);
  await apply('large', 'x'.repeat(50_000));
  await waitFor('it is reported', () => watching.reported().length === 1);
  expect(watching.reported()).toEqual(['Added large']);
  await watching.reflector.stop();
  await client.connection.close();
});

test('a list is read item by item, so that only the largest item counts', async () => {
  const { namespace, proxy } = fixture;
  await Promise.all(Array.from({ length: 8 }, (_, i) => apply(`w${i}`, 'x'.repeat(4000))));
  const client = await openClient(proxy.config, { maxResponseBytes: 30_000 });
  const watching = await watchWidgets(client, namespace, { pageSize: 8 });
  expect(watching.names()).toHaveLength(8);
  expect(count('list')).toBe(1);
  await watching.reflector.stop();
  await client.connection.close();
});

test('a kind whose CRD is gone keeps its store, is asked for again, and logged once', async () => {
  const { client, direct, namespace, proxy } = fixture;
  await installCrd(direct, 'Fleeting', 'fleetings', 'Namespaced');
  const type = { ...widgets, kind: 'Fleeting', plural: 'fleetings' };
  const object = { ...widget(namespace, 'a'), kind: 'Fleeting' };
  await direct.cluster.apply(object, { fieldManager });
  const watching = fixture.stopLater(await watchWidgets(client, namespace, { target: { type } }));
  await waitFor('it watches', () => proxy.openWatches === 1);
  proxy.script = ({ path }) =>
    path.endsWith('/fleetings') ? { kind: 'answer', status: 404, body: 'gone' } : undefined;
  proxy.cutWatches();
  const lists = () => proxy.seen.filter(({ path }) => path.endsWith('/fleetings')).length;
  await waitFor('it was asked for again', () => lists() > 8);
  expect(watching.reported()).toEqual(['Added a']);
  expect(watching.reflector.store.size).toBe(1);
  const warned = watching.log.filter(
    ({ level, fields }) => level === 'warn' && fields['reason'] === 'NoKindMatch',
  );
  expect(warned).toHaveLength(1);
});
