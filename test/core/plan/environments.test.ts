import { expect, test } from '@jest/globals';
import { desiredObject, readyStatus } from '../live.ts';
import { NOTHING, appliedAs, plan } from './planning.ts';

const environments = [
  { name: 'staging', after: undefined },
  { name: 'production', after: 'staging' },
];
const staging = desiredObject('apps-staging', { environment: 'staging' });
const production = desiredObject('apps', { environment: 'production' });
const desired = [staging, production];
const ready = { status: readyStatus('True') };
const before = { digest: 'before', residue: '' };

test('a new object waits for the earlier environment', () => {
  expect(plan({ desired, environments })).toEqual({
    ...NOTHING,
    apply: [['apps-staging', 'create']],
    blocked: [['apps', 'environment staging with the same change']],
  });
});

test('a change waits until the earlier environment has it and is ready', () => {
  const live = { 'apps-staging': ready, apps: ready };
  const changed = plan({
    desired,
    environments,
    tracked: ['apps-staging', 'apps'],
    live,
    applied: { 'apps-staging': before, apps: before },
  });
  expect(changed).toEqual({ ...NOTHING, apply: [['apps-staging', 'update']], awaitingPromotion: ['apps'] });
  const arrived = plan({
    desired,
    environments,
    tracked: ['apps-staging', 'apps'],
    live,
    applied: { 'apps-staging': appliedAs(staging), apps: before },
  });
  expect(arrived).toEqual({ ...NOTHING, apply: [['apps', 'update']] });
});

test('an earlier environment that fails keeps the change back, and drift is repaired all the same', () => {
  const live = {
    'apps-staging': { status: readyStatus('False') },
    apps: { ...ready, spec: { path: 'elsewhere' } },
  };
  const wanted = { ...production, manifest: { ...production.manifest, spec: { path: './apps' } } };
  const planned = plan({
    desired: [staging, wanted],
    environments,
    tracked: ['apps-staging', 'apps'],
    live,
    applied: { 'apps-staging': appliedAs(staging), apps: appliedAs(wanted) },
  });
  expect(planned).toEqual({ ...NOTHING, apply: [['apps', 'drift', 'spec.path']] });
});

const changed = { ...production, manifest: { ...production.manifest, spec: { path: './new' } } };
const asBefore = { ...production.manifest, spec: { path: './old' } };
const failing = { status: readyStatus('False') };
const waiting = {
  desired: [staging, changed],
  environments,
  tracked: ['apps-staging', 'apps'],
  applied: {
    'apps-staging': appliedAs(staging),
    apps: { digest: 'before', residue: '', manifest: asBefore },
  },
};

test('what waits with a change is put back as it was before the change', () => {
  const world = {
    ...waiting,
    applied: {
      ...waiting.applied,
      apps: { digest: JSON.stringify(asBefore), residue: '', manifest: asBefore },
    },
  };
  const asWas = { 'apps-staging': failing, apps: { ...ready, spec: { path: './old' } } };
  expect(plan({ ...world, live: asWas })).toEqual({ ...NOTHING, awaitingPromotion: ['apps'] });
  const drifted = { 'apps-staging': failing, apps: { ...ready, spec: { path: './elsewhere' } } };
  expect(plan({ ...world, live: drifted })).toEqual({
    ...NOTHING,
    apply: [['apps', 'drift', 'spec.path']],
    awaitingPromotion: ['apps'],
  });
});

test('what somebody deletes comes back without the change that waits, and not at all where nobody knows how it was', () => {
  const live = { 'apps-staging': failing };
  const world = {
    ...waiting,
    live,
    applied: {
      ...waiting.applied,
      apps: { digest: JSON.stringify(asBefore), residue: '', manifest: asBefore },
    },
  };
  expect(plan(world)).toEqual({ ...NOTHING, apply: [['apps', 'create']], awaitingPromotion: ['apps'] });
  expect(plan({ ...world, applied: { 'apps-staging': appliedAs(staging) } })).toEqual({
    ...NOTHING,
    blocked: [['apps', 'environment staging with the same change']],
  });
});

test('what stops an object waits for no environment', () => {
  const stopped = { ...production, manifest: { ...production.manifest, spec: { suspend: true } } };
  const live = { 'apps-staging': failing, apps: ready };
  expect(plan({ ...waiting, desired: [staging, stopped], live })).toEqual({
    ...NOTHING,
    apply: [['apps', 'update']],
  });
});

test('what is no longer desired goes from the earlier environment first', () => {
  const world = {
    desired,
    environments,
    tracked: ['apps-staging', 'old-staging', 'apps', 'old', 'source'],
    environmentOf: { 'old-staging': 'staging', old: 'production' },
    live: { 'apps-staging': ready, apps: ready },
    applied: { 'apps-staging': appliedAs(staging), apps: appliedAs(production) },
  };
  expect(plan(world)).toEqual({ ...NOTHING, prune: ['old-staging'], keptForNow: ['old', 'source'] });
  const without = { ...world, tracked: world.tracked.filter((name) => name !== 'old-staging') };
  expect(plan({ ...without, live: { ...world.live, 'apps-staging': failing } })).toEqual({
    ...NOTHING,
    keptForNow: ['old', 'source'],
  });
  expect(plan(without)).toEqual({ ...NOTHING, prune: ['old', 'source'] });
});

test('an environment is not ready with a revision that its source no longer holds', () => {
  const source = desiredObject('fleet-staging', { environment: 'staging' });
  const user = { ...staging, dependsOn: [source.id] };
  const holding = (applied: string): object =>
    plan({
      desired: [source, user, changed],
      environments,
      tracked: ['fleet-staging', 'apps-staging', 'apps'],
      applied: {
        'fleet-staging': appliedAs(source),
        'apps-staging': appliedAs(user),
        apps: { digest: 'before', residue: '' },
      },
      live: {
        'fleet-staging': { status: { ...readyStatus('True'), artifact: { revision: 'v2@sha1:b' } } },
        'apps-staging': { status: { ...readyStatus('True'), lastAppliedRevision: applied } },
        apps: ready,
      },
    });
  expect(holding('v1@sha1:a')).toEqual({ ...NOTHING, awaitingPromotion: ['apps'] });
  expect(holding('v2@sha1:b')).toEqual({ ...NOTHING, apply: [['apps', 'update']] });
});
