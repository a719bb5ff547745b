import { expect, test } from '@jest/globals';
import { RECONCILE_REQUEST } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import type { DesiredObject } from '../../../src/core/objects/desired.ts';
import { planReconcileRequests } from '../../../src/core/plan/reconcile-requests.ts';
import { FLEET, objectsOf } from '../compiling.ts';

const REQUEST = '2026-03-01T10:00:00Z';

/** A source, `base` and `apps`, which depends on `base`. */
const OBJECTS = objectsOf({
  sources: [FLEET],
  layers: [
    { name: 'base', kustomization: {} },
    { name: 'apps', dependsOn: ['base'], kustomization: {} },
  ],
});

/** What is live of an object, less what the test says. */
interface Live {
  ready?: 'True' | 'False' | 'Unknown';
  reason?: string;
  revision?: string;
  since?: string;
  asked?: string;
  handled?: string;
  created?: string;
  suspend?: boolean;
}

function liveOf(object: DesiredObject, live: Live): KubeObject {
  const { ready = 'True', reason = 'Succeeded', revision = 'main@1', since = 't0' } = live;
  const { manifest } = object;
  const spec = manifest['spec'] as object;
  return {
    ...manifest,
    metadata: {
      ...manifest.metadata,
      generation: 1,
      creationTimestamp: live.created ?? '2026-01-01T00:00:00Z',
      ...(live.asked === undefined ? {} : { annotations: { [RECONCILE_REQUEST]: live.asked } }),
    },
    spec: live.suspend === true ? { ...spec, suspend: true } : spec,
    status: {
      observedGeneration: 1,
      lastHandledReconcileAt: live.handled,
      ...(manifest.kind === 'Kustomization' ? { lastAppliedRevision: revision } : { artifact: { revision } }),
      conditions: [{ type: 'Ready', status: ready, reason, message: '', lastTransitionTime: since }],
    },
  };
}

interface World {
  live: Record<string, Live>;
  request?: string;
  requested?: boolean;
  reported?: Record<string, string>;
}

/** The objects to request a reconcile of, by name, each with the request or with `ready`. */
function requestsFor({ live, request, requested = false, reported = {} }: World): string[] {
  const objects = new Map(
    OBJECTS.flatMap((object) => {
      const found = live[object.ref.name];
      return found === undefined ? [] : [[object.ref.name, liveOf(object, found)] as const];
    }),
  );
  return plan().map(({ object, value }) => `${object.ref.name} ${value ?? 'ready'}`);

  function plan(): ReturnType<typeof planReconcileRequests> {
    return planReconcileRequests(
      { objects: OBJECTS, environments: [] },
      {
        live: ({ ref }) => objects.get(ref.name),
        source: ({ name }) => objects.get(name),
        request,
        requested,
        lastAnnounced: (id) => reported[id],
      },
    );
  }
}

const WAITING: Live = { ready: 'False', reason: 'DependencyNotReady', revision: 'main@0' };

test('an object hears that what it waits for is ready, and no other object does', () => {
  expect(requestsFor({ live: { fleet: {}, base: {}, apps: WAITING } })).toEqual(['apps ready']);
  expect(requestsFor({ live: { fleet: {}, base: {}, apps: {} } })).toEqual([]);
  expect(requestsFor({ live: { fleet: {}, base: {}, apps: { ready: 'Unknown' } } })).toEqual([]);
  expect(
    requestsFor({ live: { fleet: {}, base: {}, apps: { ready: 'False', reason: 'BuildFailed' } } }),
  ).toEqual([]);
});

test('who waits for what is not ready, not there or suspended is left waiting', () => {
  expect(requestsFor({ live: { fleet: {}, base: { ready: 'Unknown' }, apps: WAITING } })).toEqual([]);
  expect(requestsFor({ live: { fleet: {}, base: { ready: 'False', reason: 'X' }, apps: WAITING } })).toEqual(
    [],
  );
  expect(requestsFor({ live: { fleet: {}, apps: WAITING } })).toEqual([]);
  expect(requestsFor({ live: { fleet: {}, base: { suspend: true }, apps: WAITING } })).toEqual([]);
  expect(requestsFor({ live: { fleet: {}, base: {}, apps: { ...WAITING, suspend: true } } })).toEqual([]);
});

test('a dependency that is ready with an older revision of the same source is not ready', () => {
  const fleet = { revision: 'main@2' };
  expect(requestsFor({ live: { fleet, base: { revision: 'main@1' }, apps: WAITING } })).toEqual([]);
  expect(requestsFor({ live: { fleet, base: { revision: 'main@2' }, apps: WAITING } })).toEqual([
    'apps ready',
  ]);
});

test('the same readiness is announced once, and a new one again', () => {
  const objects = planReconcileRequests(
    { objects: OBJECTS, environments: [] },
    {
      live: (object) => liveOf(object, object.ref.name === 'apps' ? WAITING : {}),
      source: () => undefined,
      request: undefined,
      requested: false,
      lastAnnounced: () => undefined,
    },
  );
  const reported = Object.fromEntries(objects.map(({ object, readiness = '' }) => [object.id, readiness]));
  const live = { fleet: {}, base: {}, apps: WAITING };
  expect(requestsFor({ live, reported })).toEqual([]);
  expect(requestsFor({ live: { ...live, base: { since: 't1' } }, reported })).toEqual(['apps ready']);
  const next = { fleet: { revision: 'main@2' }, base: { revision: 'main@2' }, apps: WAITING };
  expect(requestsFor({ live: next, reported })).toEqual(['apps ready']);
});

test('a request goes to what depends on nothing, and on from there when that has handled it and is ready', () => {
  const asked = { asked: REQUEST };
  const done = { asked: REQUEST, handled: REQUEST };
  const request = REQUEST;
  const all = { fleet: {}, base: {}, apps: {} };
  expect(requestsFor({ live: all, request, requested: true })).toEqual([`fleet ${REQUEST}`]);
  expect(requestsFor({ live: { ...all, fleet: asked }, request })).toEqual([]);
  expect(requestsFor({ live: { ...all, fleet: done }, request })).toEqual([`base ${REQUEST}`]);
  expect(requestsFor({ live: { ...all, fleet: done, base: asked }, request })).toEqual([]);
  expect(
    requestsFor({ live: { fleet: done, base: { ...done, ready: 'Unknown' }, apps: {} }, request }),
  ).toEqual([]);
  expect(requestsFor({ live: { fleet: done, base: done, apps: {} }, request })).toEqual([`apps ${REQUEST}`]);
  expect(requestsFor({ live: { fleet: done, base: done, apps: done }, request })).toEqual([]);
});

test('a request that was handled before is not begun again, and a later one of others counts as handled', () => {
  expect(requestsFor({ live: { fleet: {}, base: {}, apps: {} }, request: REQUEST })).toEqual([]);
  const later = { asked: '2026-03-01T10:00:09.5Z', handled: '2026-03-01T10:00:09.5Z' };
  expect(requestsFor({ live: { fleet: later, base: later, apps: {} }, request: REQUEST })).toEqual([
    `apps ${REQUEST}`,
  ]);
});

test('what was made after a request is not asked: its controller has looked since', () => {
  const done = { asked: REQUEST, handled: REQUEST };
  const made = { created: '2026-03-01T10:00:01Z' };
  expect(requestsFor({ live: { fleet: done, base: made, apps: {} }, request: REQUEST })).toEqual([]);
});

test('a request that is no time is passed on too', () => {
  const done = { asked: 'now', handled: 'now' };
  expect(requestsFor({ live: { fleet: {}, base: {}, apps: {} }, request: 'now', requested: true })).toEqual([
    'fleet now',
  ]);
  expect(requestsFor({ live: { fleet: done, base: {}, apps: {} }, request: 'now' })).toEqual(['base now']);
});

test('a suspended source does not hold a request up', () => {
  const live = { fleet: { suspend: true }, base: {}, apps: {} };
  expect(requestsFor({ live, request: REQUEST, requested: true })).toEqual([`base ${REQUEST}`]);
});

test('a HelmRelease that waits for its chart hears once that there is none, and again after another failure', () => {
  const [object] = objectsOf({
    sources: [{ name: 'charts', helm: { url: 'https://charts.example.com' } }],
    layers: [{ name: 'web', helmRelease: { chart: { spec: { chart: 'web' } } } }],
  }).filter(({ ref }) => ref.kind === 'HelmRelease');
  if (object === undefined) throw new Error('there is no HelmRelease');
  const release = liveOf(object, { ready: 'False', reason: 'SourceNotReady' });
  Object.assign(release['status'] as object, { helmChart: 'flux-system/flux-system-web' });
  const reported = new Map<string, string>();
  const look = (ready: 'True' | 'False' | 'Unknown', reason: string): number => {
    const chart = {
      ...liveOf(object, { ready, reason }),
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'HelmChart',
    };
    const found = planReconcileRequests(
      { objects: [object], environments: [] },
      {
        live: () => release,
        source: ({ kind }) => (kind === 'HelmChart' ? chart : undefined),
        request: undefined,
        requested: false,
        lastAnnounced: (id) => reported.get(id),
      },
    );
    for (const { object: one, readiness = '' } of found) reported.set(one.id, readiness);
    return found.length;
  };
  expect(look('Unknown', 'Progressing')).toBe(0);
  expect(look('False', 'ChartPullFailed')).toBe(1);
  expect(look('False', 'ChartPullFailed')).toBe(0);
  expect(look('False', 'InvalidChartReference')).toBe(1);
  expect(look('True', 'Succeeded')).toBe(0);
});

test('what is remembered of the readiness of a thousand dependencies is short, and differs with each of them', () => {
  const [source, base, apps] = OBJECTS;
  if (source === undefined || base === undefined || apps === undefined) throw new Error('they are missing');
  const needed = Array.from({ length: 1000 }, (_, i) => ({ ...base, id: `n${i}` }));
  const objects = [...needed, { ...apps, dependsOn: needed.map(({ id }) => id) }];
  const waiting = liveOf(apps, { ready: 'False', reason: 'DependencyNotReady' });
  const ready = liveOf(base, {});
  const again = liveOf(base, { since: 't1' });
  const announce = (other: (id: string) => KubeObject): string[] =>
    planReconcileRequests(
      { objects, environments: [] },
      {
        live: ({ id }) => (id === apps.id ? waiting : other(id)),
        source: () => undefined,
        request: undefined,
        requested: false,
        lastAnnounced: () => undefined,
      },
    ).flatMap(({ readiness }) => readiness ?? []);
  const [first, second, third] = [
    () => ready,
    () => ready,
    (id: string) => (id === 'n7' ? again : ready),
  ].map(announce);
  expect(first?.[0]?.length).toBeLessThan(20);
  expect(second).toEqual(first);
  expect(third).not.toEqual(first);
});
