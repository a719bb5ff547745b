import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isReason } from '../../src/ports/cluster.ts';
import type { ClusterErrorReason } from '../../src/ports/cluster.ts';
import {
  createNamespace,
  openClient,
  prepareCluster,
  refusal,
  toCrd,
  widget,
  type Client,
} from '../harness/api-server/environment.ts';
import { waitFor } from '../harness/wait-for.ts';

const fieldManager = 'test';
let client: Client;
let namespace: string;

beforeAll(async () => {
  client = await openClient(await prepareCluster());
  namespace = await createNamespace(client);
});

afterAll(async () => {
  await client.connection.close();
});

async function reasonOf(pending: Promise<unknown>): Promise<ClusterErrorReason> {
  return (await refusal(pending)).reason;
}

test('an applied object is answered as stored and reads back', async () => {
  const applied = await client.cluster.apply(widget(namespace, 'one', { size: 1 }), { fieldManager });
  expect(applied).toMatchObject({
    kind: 'Widget',
    metadata: { name: 'one', generation: 1 },
    spec: { size: 1 },
  });
  expect(await client.cluster.get(widgetRef('one'))).toEqual(applied);
});

test('only the metadata is read when only that is asked for', async () => {
  const { metadata } = await client.cluster.apply(widget(namespace, 'meta', { size: 1 }), { fieldManager });
  const read = await client.cluster.getMetadata(widgetRef('meta'));
  expect(read).toMatchObject({
    apiVersion: 'test.fluxblueprint.io/v1',
    kind: 'Widget',
    metadata: { uid: metadata.uid },
  });
  expect(read).not.toHaveProperty('spec');
});

test('an object that is not there is an answer, not an error', async () => {
  expect(await client.cluster.get(widgetRef('absent'))).toBeUndefined();
  expect(await client.cluster.getMetadata(widgetRef('absent'))).toBeUndefined();
  expect(await client.cluster.delete(widgetRef('absent'))).toBe(false);
});

test('an apply takes a field from another manager', async () => {
  await client.cluster.apply(widget(namespace, 'taken', { size: 1 }), { fieldManager: 'other' });
  const applied = await client.cluster.apply(widget(namespace, 'taken', { size: 2 }), { fieldManager });
  expect(applied['spec']).toEqual({ size: 2 });
});

test('an apply that leaves a field out gives it up', async () => {
  await client.cluster.apply(widget(namespace, 'given-up', { size: 1, text: 'x' }), { fieldManager });
  const applied = await client.cluster.apply(widget(namespace, 'given-up', { size: 1 }), { fieldManager });
  expect(applied['spec']).toEqual({ size: 1 });
});

test('an apply that may only create makes what is not there, and gives up a field later as any other does', async () => {
  const options = { fieldManager, createOnly: true };
  const made = await client.cluster.apply(widget(namespace, 'made', { size: 1, text: 'x' }), options);
  expect(made.metadata.managedFields).toMatchObject([{ manager: fieldManager, operation: 'Apply' }]);
  const applied = await client.cluster.apply(widget(namespace, 'made', { size: 1 }), { fieldManager });
  expect(applied['spec']).toEqual({ size: 1 });
});

test('an apply that may only create changes nothing of what is there', async () => {
  const theirs = await client.cluster.apply(widget(namespace, 'theirs', { size: 1 }), {
    fieldManager: 'other',
  });
  const options = { fieldManager, createOnly: true };
  expect(await reasonOf(client.cluster.apply(widget(namespace, 'theirs', { size: 2 }), options))).toBe(
    'AlreadyExists',
  );
  expect(await client.cluster.get(widgetRef('theirs'))).toEqual(theirs);
});

test('a collection is listed by its metadata, up to a limit', async () => {
  const other = await createNamespace(client);
  for (const name of ['a', 'b', 'c'])
    await client.cluster.apply(widget(other, name, { size: 1 }), { fieldManager });
  const { apiVersion, kind } = widgetRef('a');
  const collection = { apiVersion, kind, namespace: other };
  const all = await client.cluster.listMetadata(collection, { limit: 3 });
  expect(all.complete).toBe(true);
  expect(all.objects.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c']);
  expect(all.objects[0]).toMatchObject({ apiVersion, kind, metadata: { managedFields: expect.any(Array) } });
  expect(all.objects[0]).not.toHaveProperty('spec');
  const some = await client.cluster.listMetadata(collection, { limit: 2 });
  expect([some.complete, some.objects.length]).toEqual([false, 2]);
});

test('a dry run validates and stores nothing', async () => {
  const answer = await client.cluster.apply(widget(namespace, 'dry', { size: 1 }), {
    fieldManager,
    dryRun: true,
  });
  expect(answer['spec']).toEqual({ size: 1 });
  expect(await client.cluster.get(widgetRef('dry'))).toBeUndefined();
});

test('a value that the schema forbids is refused with its field', async () => {
  const failure = await refusal(
    client.cluster.apply(widget(namespace, 'small', { size: -1 }), { fieldManager }),
  );
  expect(failure).toMatchObject({ reason: 'Invalid', status: 422 });
  expect(failure.causes).toContainEqual(expect.objectContaining({ field: 'spec.size' }));
});

test('a field that the schema does not know is refused, though the API server calls that its own error', async () => {
  const object = { ...widget(namespace, 'unknown-field'), spec: { sise: 1 } };
  expect(await refusal(client.cluster.apply(object, { fieldManager }))).toMatchObject({
    reason: 'ServerError',
    status: 500,
  });
});

test('status is applied to its subresource alone, and not to an object that is gone', async () => {
  await client.cluster.apply(widget(namespace, 'status', { size: 1 }), { fieldManager });
  const status = { ...widget(namespace, 'status'), status: { size: 7 } };
  const applied = await client.cluster.applyStatus(status, { fieldManager: 'status' });
  expect(applied).toMatchObject({ spec: { size: 1 }, status: { size: 7 } });
  const gone = { ...widget(namespace, 'status-gone'), status: { size: 7 } };
  expect(await reasonOf(client.cluster.applyStatus(gone, { fieldManager: 'status' }))).toBe('NotFound');
});

test('a delete is bound to the uid it names', async () => {
  const { metadata } = await client.cluster.apply(widget(namespace, 'bound'), { fieldManager });
  const uid = crypto.randomUUID();
  expect(await reasonOf(client.cluster.delete(widgetRef('bound'), { uid }))).toBe('Conflict');
  expect(await client.cluster.delete(widgetRef('bound'), { uid: metadata.uid })).toBe(true);
  expect(await client.cluster.get(widgetRef('bound'))).toBeUndefined();
});

test('an apply under a resource version that has passed is a conflict', async () => {
  const { metadata } = await client.cluster.apply(widget(namespace, 'locked', { size: 1 }), { fieldManager });
  await client.cluster.apply(widget(namespace, 'locked', { size: 2 }), { fieldManager });
  const late = widget(namespace, 'locked', { size: 3 });
  late.metadata.resourceVersion = metadata.resourceVersion ?? '';
  expect(await reasonOf(client.cluster.apply(late, { fieldManager }))).toBe('Conflict');
});

test('a namespaced kind without a namespace, and the reverse, are refused unsent', async () => {
  const unsent = { ...widgetRef('x'), namespace: '' };
  expect(await reasonOf(client.cluster.get(unsent))).toBe('BadRequest');
  const cluster = { apiVersion: 'v1', kind: 'Namespace', namespace, name: namespace };
  expect(await reasonOf(client.cluster.get(cluster))).toBe('BadRequest');
});

test.each(['..', '.', '', 'a/b', 'a%2fb'])('the name %j is refused unsent', async (name) => {
  expect(await reasonOf(client.cluster.get(widgetRef(name)))).toBe('BadRequest');
});

test('a name that needs encoding is not found, rather than another object', async () => {
  expect(await client.cluster.get(widgetRef('one?watch=true#'))).toBeUndefined();
});

test('a missing kind is another error than a missing object', async () => {
  const ref = { apiVersion: 'test.fluxblueprint.io/v1', kind: 'Missing', namespace, name: 'x' };
  expect(await reasonOf(client.cluster.get(ref))).toBe('NoKindMatch');
  expect(
    await reasonOf(client.cluster.get({ ...widgetRef('one'), apiVersion: 'test.fluxblueprint.io/v9' })),
  ).toBe('NoKindMatch');
});

test('a kind that arrived after discovery is found', async () => {
  const crd = toCrd('Latecomer', 'latecomers', 'Cluster');
  await client.cluster.apply(crd, { fieldManager });
  const object = { apiVersion: 'test.fluxblueprint.io/v1', kind: 'Latecomer', metadata: { name: 'x' } };
  await untilServed(() => client.cluster.apply(object, { fieldManager }));
  expect(client.discovery.find('test.fluxblueprint.io', 'Latecomer')).toMatchObject({ namespaced: false });
});

test('a request acts as the user that it impersonates', async () => {
  const as = `system:serviceaccount:${namespace}:nobody`;
  expect(
    await reasonOf(client.cluster.apply(widget(namespace, 'as', { size: 1 }), { fieldManager, as })),
  ).toBe('Forbidden');
});

test('an object in a namespace that does not exist is refused as not found', async () => {
  expect(await reasonOf(client.cluster.apply(widget('no-such-namespace', 'x'), { fieldManager }))).toBe(
    'NotFound',
  );
});

test('an aborted request rejects at once', async () => {
  const aborted = AbortSignal.abort();
  expect(await reasonOf(client.cluster.get(widgetRef('one'), { signal: aborted }))).toBe('Aborted');
});

function widgetRef(name: string) {
  return { apiVersion: 'test.fluxblueprint.io/v1', kind: 'Widget', namespace, name };
}

/** The API server serves a new kind some moments after it accepted its CRD; any other refusal is none to wait for. */
async function untilServed(send: () => Promise<unknown>): Promise<void> {
  const result = await waitFor('the kind is served', async () => {
    const [settled] = await Promise.allSettled([send()]);
    return settled.status === 'rejected' && isReason(settled.reason, 'NoKindMatch') ? undefined : settled;
  });
  if (result.status === 'rejected') throw result.reason;
}
