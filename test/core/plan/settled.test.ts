import { expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/api/object.ts';
import type { DesiredObject } from '../../../src/core/objects/desired.ts';
import type { Applied } from '../../../src/core/plan/plan.ts';
import { type Settledness, assessEnvironment } from '../../../src/core/plan/settled.ts';
import { desiredObject, idOf, readyStatus } from '../live.ts';
import { NOTHING, appliedAs, plan } from './planning.ts';

const staging = desiredObject('apps-staging', { environment: 'staging' });
const production = desiredObject('apps', { environment: 'production' });
const ready = { status: readyStatus('True') };

interface Seen {
  desired?: DesiredObject[];
  live: Record<string, Partial<KubeObject>>;
  applied?: Record<string, Applied>;
  tracked?: string[];
  satisfied?: string[];
}

/** Whether staging is settled, by names. */
function settled(seen: Seen): boolean {
  return assess(seen) === 'settled';
}

/** How staging does, by names. */
function assess(seen: Seen): Settledness {
  const { desired = [staging, production], live, applied, tracked = [], satisfied = [] } = seen;
  const byId = new Map(desired.map((object) => [object.id, appliedAs(object)]));
  return assessEnvironment(
    'staging',
    { objects: desired, environments: [] },
    {
      tracked: tracked.map((name) => ({ id: idOf(name), version: 'v1', wave: 1 })),
      live: ({ manifest, ref }) => {
        const present = live[ref.name];
        return present === undefined ? undefined : { ...manifest, ...present };
      },
      applied: (id) => (applied === undefined ? byId.get(id) : applied[id.split('_')[1] ?? '']),
      digest: ({ manifest }) => JSON.stringify(manifest),
      satisfied: (id) => satisfied.includes(id.split('_')[1] ?? ''),
      environmentOf: ({ id }) => (id.includes('staging') ? 'staging' : 'production'),
    },
  );
}

test('an environment is settled when all of its objects are there as desired, and ready', () => {
  expect(settled({ live: { 'apps-staging': ready } })).toBe(true);
  expect(settled({ live: {} })).toBe(false);
  expect(settled({ live: { 'apps-staging': { status: readyStatus('False') } } })).toBe(false);
  expect(settled({ live: { 'apps-staging': ready }, applied: {} })).toBe(false);
  const pathed = desiredObject('apps-staging', {
    environment: 'staging',
    manifest: { ...staging.manifest, spec: { path: './apps' } },
  });
  const at = (path: string): boolean =>
    settled({ desired: [pathed], live: { 'apps-staging': { ...ready, spec: { path } } } });
  expect([at('./apps'), at('./by-hand')]).toEqual([true, false]);
});

test('an environment at which Flux is just looking again is busy, unless something else is wrong with it', () => {
  const looking = { status: readyStatus('Unknown') };
  expect(assess({ live: { 'apps-staging': looking } })).toBe('busy');
  expect(assess({ live: { 'apps-staging': looking }, applied: {} })).toBe('unsettled');
  const other = desiredObject('other-staging', { environment: 'staging' });
  expect(assess({ desired: [staging, other], live: { 'apps-staging': looking } })).toBe('unsettled');
});

test('what somebody else has in place of an object is as good as it', () => {
  expect(settled({ live: {}, satisfied: ['apps-staging'] })).toBe(true);
});

test('an environment is not settled while something of it is left that is no longer desired', () => {
  expect(settled({ live: { 'apps-staging': ready }, tracked: ['old-staging'] })).toBe(false);
  expect(settled({ live: { 'apps-staging': ready }, tracked: ['old', 'apps-staging'] })).toBe(true);
});

test('an environment is not settled with a revision that its source no longer holds', () => {
  const source = desiredObject('fleet-staging', { environment: 'staging' });
  const user = { ...staging, dependsOn: [source.id] };
  const holding = (applied: string): boolean =>
    settled({
      desired: [source, user],
      live: {
        'fleet-staging': { status: { ...readyStatus('True'), artifact: { revision: 'v2@sha1:b' } } },
        'apps-staging': { status: { ...readyStatus('True'), lastAppliedRevision: applied } },
      },
    });
  expect(holding('v1@sha1:a')).toBe(false);
  expect(holding('v2@sha1:b')).toBe(true);
});

test('nothing goes of an environment of which nobody knows what is in force, nor of what it may share', () => {
  const world = {
    desired: [staging],
    tracked: ['apps-staging', 'old-staging', 'apps', 'source'],
    environmentOf: { 'old-staging': 'staging', apps: 'production' },
    live: { 'apps-staging': ready },
    applied: { 'apps-staging': appliedAs(staging) },
  };
  expect(plan(world)).toEqual({ ...NOTHING, prune: ['old-staging', 'apps', 'source'] });
  expect(plan({ ...world, held: ['production'] })).toEqual({
    ...NOTHING,
    prune: ['old-staging'],
    keptForNow: ['apps', 'source'],
  });
  expect(plan({ ...world, held: [undefined] })).toEqual({
    ...NOTHING,
    keptForNow: ['old-staging', 'apps', 'source'],
  });
});
