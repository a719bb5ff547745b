import { describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/api/object.ts';
import type { DesiredObject } from '../../src/core/desired.ts';
import { type Applied, planChanges } from '../../src/core/plan.ts';
import { desiredObject, idOf, readyStatus } from './live.ts';

interface World {
  desired?: DesiredObject[];
  tracked?: string[];
  live?: Record<string, Partial<KubeObject>>;
  applied?: Record<string, Applied>;
  environments?: { name: string; after: string | undefined }[];
  /** Kinds that the cluster lacks. */
  unserved?: string[];
  /** What objects still wait for of others, by name. */
  foreign?: Record<string, string[]>;
  /** Objects that somebody else has. */
  satisfied?: string[];
}

/** Plans and says it in words: what is applied and why, what is held by what, what goes. */
function plan(world: World): object {
  const {
    desired = [desiredObject('apps')],
    tracked = [],
    live = {},
    applied = {},
    environments = [],
  } = world;
  const names = (ids: readonly string[]): string[] => ids.map((id) => id.split('_')[1] ?? id);
  const planned = planChanges(
    { objects: desired, environments },
    {
      tracked: tracked.map((name) => ({ id: idOf(name), version: 'v1', wave: 1 })),
      live: ({ manifest, ref }) => {
        const present = live[ref.name];
        return present === undefined ? undefined : { ...manifest, ...present };
      },
      applied: (id) => applied[names([id])[0] ?? ''],
      digest: ({ manifest }) => JSON.stringify(manifest),
      served: ({ ref }) => world.unserved?.includes(ref.kind) !== true,
      foreign: ({ ref }) => world.foreign?.[ref.name] ?? [],
      satisfied: (id) => world.satisfied?.includes(names([id])[0] ?? '') === true,
    },
  );
  return {
    apply: planned.apply.map(({ object, cause, drift }) => [object.ref.name, cause, ...drift]),
    held: planned.held.map(({ object, waitsFor }) => [
      object.ref.name,
      ...waitsFor.map((name) => name.split('/').at(-1)),
    ]),
    ...(planned.deferred.length === 0 ? {} : { deferred: planned.deferred.map(({ ref }) => ref.name) }),
    terminating: planned.terminating.map(({ ref }) => ref.name),
    prune: names(planned.prune.map(({ id }) => id)),
  };
}

const NOTHING = { apply: [], held: [], terminating: [], prune: [] };

function appliedAs(object: DesiredObject, residue = ''): Applied {
  return { digest: JSON.stringify(object.manifest), residue };
}

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
const HELD = desiredObject('held', { dependsOn: [idOf('release')], heldBy: [idOf('release')] });

test('an object is held until what holds it is ready', () => {
  const desired = [RELEASE, HELD];
  const applied = { release: appliedAs(RELEASE) };
  expect(plan({ desired })).toEqual({
    ...NOTHING,
    apply: [['release', 'create']],
    held: [['held', 'release']],
  });
  expect(plan({ desired, applied, live: { release: { status: readyStatus('False') } } })).toEqual({
    ...NOTHING,
    held: [['held', 'release']],
  });
  expect(plan({ desired, applied, live: { release: { status: readyStatus('True') } } })).toEqual({
    ...NOTHING,
    apply: [['held', 'create']],
  });
});

test('what holds an object counts as ready when it is suspended', () => {
  const live = { release: { spec: { suspend: true }, status: readyStatus('False') } };
  expect(plan({ desired: [RELEASE, HELD], live, applied: { release: appliedAs(RELEASE) } })).toEqual({
    ...NOTHING,
    apply: [['held', 'create']],
  });
});

test('an object that exists is not held again by a dependency that flaps', () => {
  const changed = desiredObject('held', { ...HELD, manifest: { ...HELD.manifest, spec: { path: './new' } } });
  const live = { held: {}, release: { status: readyStatus('False') } };
  const applied = { release: appliedAs(RELEASE), held: appliedAs(HELD) };
  expect(plan({ desired: [RELEASE, changed], live, applied, tracked: ['held', 'release'] })).toEqual({
    ...NOTHING,
    apply: [['held', 'update']],
  });
});

test('an object that has run and was deleted by hand comes back at once', () => {
  expect(plan({ desired: [RELEASE, HELD], tracked: ['held'] })).toEqual({
    ...NOTHING,
    apply: [
      ['release', 'create'],
      ['held', 'create'],
    ],
  });
});

test('an object is not held by what is no longer desired', () => {
  expect(plan({ desired: [HELD] })).toEqual({ ...NOTHING, apply: [['held', 'create']] });
});

describe('what others have or make', () => {
  test('an object of a kind that the cluster lacks is held, whatever it was before', () => {
    expect(plan({ unserved: ['Kustomization'], tracked: ['apps'] })).toEqual({
      ...NOTHING,
      held: [['apps', 'v1)']],
    });
  });

  test('an object waits for what others make until it was created once', () => {
    const foreign = { apps: ['Deployment/vault/vault'] };
    expect(plan({ foreign })).toEqual({ ...NOTHING, held: [['apps', 'vault']] });
    expect(plan({ foreign, tracked: ['apps'] })).toEqual({ ...NOTHING, apply: [['apps', 'create']] });
  });

  test('what somebody else has is left alone', () => {
    expect(plan({ satisfied: ['apps'] })).toEqual(NOTHING);
  });
});

describe('environments in order', () => {
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
      held: [['apps', 'environment staging with the same change']],
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
    expect(changed).toEqual({ ...NOTHING, apply: [['apps-staging', 'update']], deferred: ['apps'] });
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
});
