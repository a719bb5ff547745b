import { describe, expect, test } from '@jest/globals';
import { desiredObject, idOf, readyStatus } from '../live.ts';
import { NOTHING, appliedAs, plan } from './planning.ts';

const APPS = desiredObject('apps', {
  manifest: {
    apiVersion: 'v1',
    kind: 'Kustomization',
    metadata: { name: 'apps' },
    spec: { path: './a', prune: true },
  },
});

test('what is not there is created', () => {
  expect(plan({})).toEqual({ ...NOTHING, apply: [['apps', 'create']] });
});

test('what is as desired and was applied so is left alone', () => {
  expect(plan({ desired: [APPS], live: { apps: {} }, applied: { apps: appliedAs(APPS) } })).toEqual(NOTHING);
});

test('what is desired otherwise than it was applied is updated, even where the fields are the same', () => {
  const before = { digest: 'of another manifest', residue: '' };
  expect(plan({ desired: [APPS], live: { apps: {} }, applied: { apps: before } })).toEqual({
    ...NOTHING,
    apply: [['apps', 'update']],
  });
});

test('what nobody remembers applying is updated once', () => {
  expect(plan({ desired: [APPS], live: { apps: {} } })).toEqual({ ...NOTHING, apply: [['apps', 'update']] });
});

test('what somebody changed is applied again, with the fields named', () => {
  const live = { apps: { spec: { path: './other', prune: true } } };
  expect(plan({ desired: [APPS], live, applied: { apps: appliedAs(APPS) } })).toEqual({
    ...NOTHING,
    apply: [['apps', 'drift', 'spec.path']],
  });
});

test('drift that the application itself left is not fought, and drift beyond it is', () => {
  const applied = { apps: appliedAs(APPS, 'spec.path') };
  const changedBack = { apps: { spec: { path: './defaulted', prune: true } } };
  expect(plan({ desired: [APPS], live: changedBack, applied })).toEqual(NOTHING);
  const more = { apps: { spec: { path: './defaulted', prune: false } } };
  expect(plan({ desired: [APPS], live: more, applied })).toEqual({
    ...NOTHING,
    apply: [['apps', 'drift', 'spec.path', 'spec.prune']],
  });
});

describe('an object that a parent applies too', () => {
  const labels = { 'kustomize.toolkit.fluxcd.io/name': 'root' };
  const same = { apps: { metadata: { name: 'apps', labels } } };
  const changed = { apps: { ...same.apps, spec: { path: './theirs', prune: true } } };
  const applied = { apps: appliedAs(APPS) };
  const soon = { correctableIn: { apps: 1 } };

  test('is taken back though nothing of it differs, where it is to be exact', () => {
    expect(plan({ desired: [APPS], live: same, applied })).toEqual(NOTHING);
    expect(plan({ desired: [APPS], live: same, applied, exact: true })).toEqual({
      ...NOTHING,
      apply: [['apps', 'drift']],
    });
  });

  test('is not corrected again at once, whether it is exact or not', () => {
    expect(plan({ desired: [APPS], live: changed, applied })).toEqual({
      ...NOTHING,
      apply: [['apps', 'drift', 'spec.path']],
    });
    for (const exact of [true, false])
      expect(plan({ desired: [APPS], live: changed, applied, exact, ...soon })).toEqual({
        ...NOTHING,
        postponed: ['apps'],
      });
  });

  test('is updated at once where the blueprint changed', () => {
    expect(plan({ desired: [APPS], live: changed, ...soon })).toEqual({
      ...NOTHING,
      apply: [['apps', 'update', 'spec.path']],
    });
  });

  test('is left to it where it is a namespace', () => {
    const shop = desiredObject('shop', { ref: { apiVersion: 'v1', kind: 'Namespace', name: 'shop' } });
    const live = { shop: { metadata: { name: 'shop', labels } } };
    expect(plan({ desired: [shop], live, applied: { shop: appliedAs(shop) }, exact: true })).toEqual(NOTHING);
  });
});

test('what is being deleted is waited for', () => {
  const live = { apps: { metadata: { name: 'apps', deletionTimestamp: 'T' } } };
  expect(plan({ live })).toEqual({ ...NOTHING, terminating: ['apps'] });
});

test('what is tracked and no longer desired goes', () => {
  expect(
    plan({
      desired: [APPS],
      tracked: ['old', 'apps'],
      live: { apps: {} },
      applied: { apps: appliedAs(APPS) },
    }),
  ).toEqual({ ...NOTHING, prune: ['old'] });
});

const RELEASE = desiredObject('release');
const DEPENDENT = desiredObject('dependent', {
  dependsOn: [idOf('release')],
  createAfter: [idOf('release')],
});

test('an object is blocked until its dependencies are ready', () => {
  const desired = [RELEASE, DEPENDENT];
  const applied = { release: appliedAs(RELEASE) };
  expect(plan({ desired })).toEqual({
    ...NOTHING,
    apply: [['release', 'create']],
    blocked: [['dependent', 'release']],
  });
  expect(plan({ desired, applied, live: { release: { status: readyStatus('False') } } })).toEqual({
    ...NOTHING,
    blocked: [['dependent', 'release']],
  });
  expect(plan({ desired, applied, live: { release: { status: readyStatus('True') } } })).toEqual({
    ...NOTHING,
    apply: [['dependent', 'create']],
  });
});

test('what holds an object counts as ready when it is suspended', () => {
  const live = { release: { spec: { suspend: true }, status: readyStatus('False') } };
  expect(plan({ desired: [RELEASE, DEPENDENT], live, applied: { release: appliedAs(RELEASE) } })).toEqual({
    ...NOTHING,
    apply: [['dependent', 'create']],
  });
});

test('an object that exists is not blocked again by a dependency that flaps', () => {
  const changed = desiredObject('dependent', {
    ...DEPENDENT,
    manifest: { ...DEPENDENT.manifest, spec: { path: './new' } },
  });
  const live = { dependent: {}, release: { status: readyStatus('False') } };
  const applied = { release: appliedAs(RELEASE), dependent: appliedAs(DEPENDENT) };
  expect(plan({ desired: [RELEASE, changed], live, applied, tracked: ['dependent', 'release'] })).toEqual({
    ...NOTHING,
    apply: [['dependent', 'update']],
  });
});

test('an object that has run and was deleted by hand comes back at once', () => {
  expect(plan({ desired: [RELEASE, DEPENDENT], tracked: ['dependent'] })).toEqual({
    ...NOTHING,
    apply: [
      ['release', 'create'],
      ['dependent', 'create'],
    ],
  });
});

test('an object is not blocked by what is no longer desired', () => {
  expect(plan({ desired: [DEPENDENT] })).toEqual({ ...NOTHING, apply: [['dependent', 'create']] });
});

describe('what others have or make', () => {
  test('an object of a kind that the cluster lacks is blocked, whatever it was before', () => {
    expect(plan({ unserved: ['Kustomization'], tracked: ['apps'] })).toEqual({
      ...NOTHING,
      blocked: [['apps', 'the CRD of Kustomization']],
    });
  });

  test('an object waits for what others make until it was created once', () => {
    const external = { apps: ['Deployment/vault/vault'] };
    expect(plan({ unreadyExternal: external })).toEqual({ ...NOTHING, blocked: [['apps', 'vault']] });
    expect(plan({ unreadyExternal: external, tracked: ['apps'] })).toEqual({
      ...NOTHING,
      apply: [['apps', 'create']],
    });
  });

  test('what somebody else has is left alone', () => {
    expect(plan({ satisfied: ['apps'] })).toEqual(NOTHING);
  });
});

test('of hundreds of objects that one waits for, twenty are named and the others counted', () => {
  const needed = Array.from({ length: 300 }, (_, i) => desiredObject(`n${i}`));
  const apps = desiredObject('apps', { createAfter: needed.map(({ id }) => id) });
  const { blocked } = plan({ desired: [...needed, apps] }) as { blocked: string[][] };
  const names = needed.slice(0, 20).map(({ ref }) => ref.name);
  expect(blocked).toEqual([['apps', ...names, '280 more']]);
});
