import { beforeEach, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/api/object.ts';
import { ApiEventRecorder, type EventRecorderOptions } from '../../src/kube/event-recorder.ts';
import type { EventInput } from '../../src/ports/event-recorder.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { recordLog } from '../harness/record-log.ts';
import { widget } from '../harness/api-server/environment.ts';
import { useFaultFixture } from '../harness/api-server/fault-fixture.ts';
import { waitFor } from '../harness/wait-for.ts';

interface StoredEvent {
  metadata: { name: string };
  note: string;
  reason: string;
  series?: { count: number };
  regarding: { uid: string };
}

const fixture = useFaultFixture();
let regarding: KubeObject;

beforeEach(async () => {
  regarding = await fixture.direct.cluster.apply(widget(fixture.namespace, 'regarded'), {
    fieldManager: 'test',
  });
});

function open(options: Partial<EventRecorderOptions> = {}) {
  const logger = recordLog();
  const recorder = new ApiEventRecorder({
    transport: fixture.client.transport,
    clock: systemClock,
    random: Math.random,
    logger,
    reportingController: 'fluxblueprint.io/operator',
    reportingInstance: 'test-0',
    ...options,
  });
  return { recorder, log: logger.lines };
}

function event(note: string, about = regarding): EventInput {
  return { regarding: about, type: 'Normal', reason: 'Applied', action: 'Apply', note };
}

function pathOf(namespace: string): string {
  return `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;
}

async function stored(namespace = fixture.namespace): Promise<StoredEvent[]> {
  const list = await fixture.direct.transport.request({ method: 'GET', path: pathOf(namespace) });
  return list['items'] as StoredEvent[];
}

test('an event is stored in the namespace of its object', async () => {
  const { recorder } = open();
  recorder.record(event('all is well'));
  await recorder.flush();
  const [first] = await stored();
  expect(first?.metadata.name).toMatch(/^regarded\.[0-9a-f]{13}$/);
  expect(await stored()).toMatchObject([
    {
      reason: 'Applied',
      action: 'Apply',
      note: 'all is well',
      type: 'Normal',
      reportingController: 'fluxblueprint.io/operator',
      reportingInstance: 'test-0',
      regarding: { kind: 'Widget', name: 'regarded', uid: regarding.metadata.uid },
    },
  ]);
});

test('an event about a cluster-scoped object is stored in the default namespace', async () => {
  const { recorder, log } = open();
  const namespace = await fixture.direct.cluster.get({
    apiVersion: 'v1',
    kind: 'Namespace',
    name: fixture.namespace,
  });
  if (namespace === undefined) throw new Error('the namespace is missing');
  await fixture.direct.cluster.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } },
    { fieldManager: 'test' },
  );
  recorder.record(event('cluster-wide', namespace));
  await recorder.flush();
  expect(log).toEqual([]);
  const uids = (await stored('default')).map((each) => each.regarding.uid);
  expect(uids).toContain(namespace.metadata.uid);
});

test('an event that comes again raises the count of the first', async () => {
  const { recorder } = open();
  for (let i = 0; i < 3; i++) {
    recorder.record(event('again'));
    await recorder.flush();
  }
  recorder.record(event('another'));
  await recorder.flush();
  const counts = (await stored()).map(({ note, series }) => `${note} ${series?.count ?? 1}`);
  expect(counts.toSorted()).toEqual(['again 3', 'another 1']);
});

test('events that come again while they wait cost no further requests', async () => {
  const { recorder } = open();
  for (let i = 0; i < 100; i++) recorder.record(event('again'));
  await recorder.flush();
  const requests = fixture.proxy.seen.filter(({ path }) => path.includes('/events'));
  expect(requests.length).toBeLessThanOrEqual(2);
  expect(await stored()).toMatchObject([{ series: { count: 100 } }]);
});

test('an event that has expired meanwhile is stored anew', async () => {
  const { recorder } = open();
  recorder.record(event('again'));
  await recorder.flush();
  const [first] = await stored();
  const path = `${pathOf(fixture.namespace)}/${first?.metadata.name ?? ''}`;
  await fixture.direct.transport.request({ method: 'DELETE', path });
  recorder.record(event('again'));
  await recorder.flush();
  expect(await stored()).toMatchObject([{ note: 'again', series: { count: 2 } }]);
});

test('a long note is cut to a kibibyte, between characters', async () => {
  const { recorder } = open();
  recorder.record(event('é'.repeat(2000)));
  await recorder.flush();
  const [{ note }] = (await stored()) as [StoredEvent];
  expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1024);
  expect(note).toMatch(/^é{500,}…$/);
});

test('a long name leaves a valid one for the event', async () => {
  const { recorder, log } = open();
  const name = `${'a'.repeat(238)}.${'b'.repeat(14)}`;
  const long = await fixture.direct.cluster.apply(widget(fixture.namespace, name), { fieldManager: 'test' });
  recorder.record(event('long', long));
  await recorder.flush();
  expect(log).toEqual([]);
  expect(await stored()).toHaveLength(1);
});

test('an event that cannot be stored is tried twice, logged and given up', async () => {
  const { recorder, log } = open();
  fixture.proxy.script = () => ({ kind: 'reset' });
  recorder.record(event('lost'));
  await recorder.flush();
  expect(fixture.proxy.seen.filter(({ path }) => path.includes('/events'))).toHaveLength(2);
  expect(log).toMatchObject([{ level: 'warn', fields: { reason: 'Applied', Widget: { name: 'regarded' } } }]);
});

test('when too many events wait, further ones are dropped and counted', async () => {
  const { recorder, log } = open({ capacity: 3 });
  fixture.proxy.script = ({ path }) => (path.includes('/events') ? { kind: 'hang' } : undefined);
  recorder.record(event('first'));
  await waitFor('the first is on its way', () =>
    fixture.proxy.seen.some(({ path }) => path.includes('/events')),
  );
  for (let i = 0; i < 5; i++) recorder.record(event(`note ${i}`));
  expect(recorder.dropped).toBe(2);
  fixture.proxy.script = () => undefined;
  fixture.proxy.resetHanging();
  await recorder.flush();
  expect(log.filter(({ fields }) => fields['dropped'] === 2)).toHaveLength(1);
  expect((await stored()).map(({ note }) => note).toSorted()).toEqual([
    'first',
    'note 0',
    'note 1',
    'note 2',
  ]);
});
