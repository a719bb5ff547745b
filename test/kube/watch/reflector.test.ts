import { expect, test } from '@jest/globals';
import type { ResourceType } from '../../../src/ports/cluster.ts';
import type { Change } from '../../../src/ports/reflector.ts';
import { refusal, widget } from '../../harness/api-server/environment.ts';
import { useFaultFixture } from '../../harness/api-server/fault-fixture.ts';
import { startWatching, watchWidgets, widgetsPath } from '../../harness/api-server/watching.ts';
import { waitFor } from '../../harness/wait-for.ts';

const fieldManager = 'test';
const fixture = useFaultFixture();

async function applyMany(count: number, text = 'x'): Promise<void> {
  const { direct, namespace } = fixture;
  const apply = (i: number) => direct.cluster.apply(widget(namespace, `w${i}`, { text }), { fieldManager });
  await Promise.all(Array.from({ length: count }, (_, i) => apply(i)));
}

function remove(name: string) {
  const { direct, namespace } = fixture;
  return direct.cluster.delete({ apiVersion: 'test.fluxblueprint.io/v1', kind: 'Widget', namespace, name });
}

test('it reports what is there, and then what happens', async () => {
  const { client, namespace } = fixture;
  await applyMany(1);
  const watching = fixture.stopLater(await watchWidgets(client, namespace));
  expect(watching.reported()).toEqual(['Added w0']);
  await applyMany(1, 'y');
  await applyMany(2, 'y');
  await remove('w0');
  await waitFor('the deletion is reported', () => watching.reported().includes('Deleted w0'));
  expect(watching.reported()).toEqual(['Added w0', 'Modified w0', 'Added w1', 'Deleted w0']);
  expect(watching.changes[1]).toMatchObject({
    object: { spec: { text: 'y' } },
    old: { spec: { text: 'x' } },
  });
  expect(watching.names()).toEqual(['w1']);
});

test('objects are held without their managed fields', async () => {
  const { client, namespace } = fixture;
  await applyMany(1);
  const { reflector } = fixture.stopLater(await watchWidgets(client, namespace));
  expect(reflector.store.get(namespace, 'w0')?.metadata).not.toHaveProperty('managedFields');
});

test('a long list is read in pages, of one state of the cluster', async () => {
  const { client, namespace, proxy } = fixture;
  await applyMany(10);
  const watching = fixture.stopLater(await watchWidgets(client, namespace, { pageSize: 3 }));
  expect(watching.names()).toHaveLength(10);
  const lists = proxy.requestsTo(widgetsPath(namespace), 'list');
  expect(lists.map(({ query }) => query.get('limit'))).toEqual(['3', '3', '3', '3']);
  expect(lists.every(({ query }) => !query.has('resourceVersion'))).toBe(true);
});

test('watches ask for bookmarks, and end after five to ten minutes', async () => {
  const { client, namespace, proxy } = fixture;
  fixture.stopLater(await watchWidgets(client, namespace));
  await waitFor('it watches', () => proxy.openWatches === 1);
  const [watch] = proxy.requestsTo(widgetsPath(namespace), 'watch');
  expect(watch?.query.get('allowWatchBookmarks')).toBe('true');
  expect(Number(watch?.query.get('timeoutSeconds'))).toBeGreaterThanOrEqual(300);
  expect(Number(watch?.query.get('timeoutSeconds'))).toBeLessThanOrEqual(600);
});

test('of an object whose content is not wanted, only the metadata is read', async () => {
  const { client, namespace } = fixture;
  await applyMany(1);
  const watching = fixture.stopLater(
    await watchWidgets(client, namespace, { target: { metadataOnly: true } }),
  );
  await applyMany(2);
  await waitFor('the new object is reported', () => watching.names().length === 2);
  for (const object of watching.reflector.store.list()) {
    expect(object).toMatchObject({ apiVersion: 'test.fluxblueprint.io/v1', kind: 'Widget' });
    expect(object).not.toHaveProperty('spec');
  }
});

test('objects of built-in kinds say what they are', async () => {
  const { client, namespace } = fixture;
  const type: ResourceType = {
    group: '',
    version: 'v1',
    kind: 'Namespace',
    plural: 'namespaces',
    namespaced: false,
  };
  const target = { type, namespace: undefined, fieldSelector: `metadata.name=${namespace}` };
  const { reflector } = fixture.stopLater(await watchWidgets(client, namespace, { target }));
  expect(reflector.store.get(undefined, namespace)).toMatchObject({ apiVersion: 'v1', kind: 'Namespace' });
  expect(reflector.store.size).toBe(1);
});

test('an object that the selector no longer matches is reported as deleted', async () => {
  const { client, direct, namespace } = fixture;
  const labelled = (tier: string) => {
    const object = widget(namespace, 'labelled');
    object.metadata.labels = { tier };
    return direct.cluster.apply(object, { fieldManager });
  };
  await labelled('front');
  const watching = fixture.stopLater(
    await watchWidgets(client, namespace, { target: { labelSelector: 'tier=front' } }),
  );
  await labelled('back');
  await waitFor('it is gone', () => watching.reflector.store.size === 0);
  expect(watching.reported()).toEqual(['Added labelled', 'Deleted labelled']);
});

test('a listener that throws is logged, and hears of the next change', async () => {
  const { client, direct, namespace } = fixture;
  const heard: string[] = [];
  const onChange = (change: Change) => {
    heard.push(change.object.metadata.name);
    throw new Error('broken');
  };
  const watching = fixture.stopLater(await watchWidgets(client, namespace, { onChange }));
  await direct.cluster.apply(widget(namespace, 'one'), { fieldManager });
  await direct.cluster.apply(widget(namespace, 'two'), { fieldManager });
  await waitFor('both are reported', () => heard.length === 2);
  expect(watching.reflector.store.size).toBe(2);
  expect(watching.log.find(({ level }) => level === 'error')?.fields).toMatchObject({ change: 'Added' });
});

test('our own write is in the store at once, and is reported by the watch', async () => {
  const { client, direct, namespace } = fixture;
  const watching = fixture.stopLater(await watchWidgets(client, namespace));
  const applied = await direct.cluster.apply(widget(namespace, 'own', { size: 1 }), { fieldManager });
  watching.reflector.store.assume(applied);
  expect(watching.reflector.store.get(namespace, 'own')).toMatchObject({ spec: { size: 1 } });
  await waitFor('it is reported', () => watching.reported().length === 1);
  expect(watching.reported()).toEqual(['Added own']);
});

test('nothing is reported after it has stopped', async () => {
  const { client, direct, namespace, proxy } = fixture;
  const watching = await watchWidgets(client, namespace);
  await watching.reflector.stop();
  await direct.cluster.apply(widget(namespace, 'late'), { fieldManager });
  await waitFor('its watch is over', () => proxy.openWatches === 0);
  expect(watching.reported()).toEqual([]);
});

test('a wait for the first list can be given up, and ends when there will be none', async () => {
  const { client, namespace, proxy } = fixture;
  proxy.script = ({ path }) => (path === widgetsPath(namespace) ? { kind: 'hang' } : undefined);
  const { reflector } = startWatching(client, namespace);
  const abort = new AbortController();
  const waiting = reflector.waitForSync(abort.signal);
  abort.abort(new Error('had enough'));
  await expect(waiting).rejects.toThrow('had enough');
  const stillWaiting = refusal(reflector.waitForSync());
  await reflector.stop();
  expect(await stillWaiting).toMatchObject({ reason: 'Aborted' });
});
