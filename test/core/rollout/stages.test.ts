import { expect, test } from '@jest/globals';
import { objectId } from '../../../src/api/object.ts';
import type { Spec } from '../../../src/api/schema/spec.ts';
import type { DesiredObject } from '../../../src/core/objects/desired.ts';
import { type Tracked, trackDesired } from '../../../src/core/objects/inventory.ts';
import type { InForce } from '../../../src/core/rollout/decide.ts';
import {
  type StagePlace,
  countDeletions,
  hasGates,
  isAtRest,
  objectsIn,
  placeStages,
} from '../../../src/core/rollout/stages.ts';
import { desiredObject } from '../live.ts';

const WANTED = { revision: 2, digest: 'two' };
const IN_FORCE: InForce = { ...WANTED, stored: true, since: undefined, earlier: [] };

function places(
  spec: Pick<Spec, 'environments' | 'rollout'>,
  inForce: [string | undefined, InForce][] = [],
): StagePlace[] {
  return placeStages({ spec, inForce: new Map(inForce), floors: { requireApproval: false } });
}

test('a blueprint without environments is one stage', () => {
  expect(places({})).toMatchObject([{ environment: undefined, after: undefined, removed: false }]);
});

test('each environment comes after the one that it names, and what is no more comes last', () => {
  const environments = [
    { name: 'production', after: 'staging' },
    { name: 'staging', after: 'dev' },
    { name: 'dev' },
  ];
  const found = places({ environments }, [
    ['old', IN_FORCE],
    [undefined, IN_FORCE],
    ['dev', IN_FORCE],
  ]);
  expect(found.map(({ environment, removed }) => [environment, removed])).toEqual([
    ['dev', false],
    ['staging', false],
    ['production', false],
    ['old', true],
    [undefined, true],
  ]);
});

test.each<[string, Partial<InForce> | undefined, boolean]>([
  ['nothing yet', undefined, true],
  ['its first revision, which is newer', { revision: 2 }, true],
  ['newer revisions alone', { revision: 4, earlier: [3, 2] }, true],
  ['a revision that was in force in both', { revision: 2, earlier: [1] }, false],
  ['the same revision', { revision: 1 }, false],
])('an environment that is gone may have become one that has had %s', (_, other, renamed) => {
  const found = places({ environments: [{ name: 'stage' }] }, [
    ['staging', { ...IN_FORCE, revision: 1, digest: 'one' }],
    ...(other === undefined ? [] : [['stage', { ...IN_FORCE, ...other }] as [string, InForce]]),
  ]);
  expect(found.find(({ environment }) => environment === 'staging')).toMatchObject({
    removed: true,
    renamed,
  });
});

test('only an environment that another one comes after keeps since when it is settled', () => {
  const environments = [
    { name: 'staging' },
    { name: 'production', after: 'staging', rollout: { soak: '10m' } },
  ];
  expect(places({ environments }).map(({ keeps }) => keeps.followed)).toEqual([true, false]);
});

test('nothing is to be decided where the wanted revision is in force and its progress opens nothing', () => {
  const [whole] = places({}, [[undefined, IN_FORCE]]);
  const [due] = places({ rollout: { progressDeadline: '5m' } }, [[undefined, IN_FORCE]]);
  const [complete] = places({ rollout: { progressDeadline: '5m' } }, [
    [undefined, { ...IN_FORCE, completedAt: 5 }],
  ]);
  const rest = [whole, due, complete].map((place) => place !== undefined && isAtRest(place, WANTED));
  expect(rest).toEqual([true, false, true]);
  expect(whole !== undefined && isAtRest(whole, { revision: 3, digest: 'three' })).toBe(false);
});

test.each<[string, Pick<Spec, 'environments' | 'rollout'>, boolean]>([
  ['nothing', {}, false],
  ['a history alone', { rollout: { revisionHistoryLimit: 3 } }, false],
  ['environments that follow no other', { environments: [{ name: 'a' }, { name: 'b' }] }, false],
  ['an environment that follows', { environments: [{ name: 'a' }, { name: 'b', after: 'a' }] }, true],
  ['approvals', { rollout: { approval: 'Manual' } }, true],
  ['a bound of deletions', { rollout: { maxDeletions: 3 } }, true],
  ['a deadline', { rollout: { progressDeadline: '5m' } }, true],
  ['a window', { rollout: { windows: [{ name: 'w', kind: 'Deny', from: '2026-12-01T00:00:00Z' }] } }, true],
])('of %s it is said whether gates can hold a change back', (_, spec, gated) => {
  expect(hasGates(places(spec))).toBe(gated);
});

const sourceRef = {
  ...desiredObject('fleet').ref,
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
};
const source = { ...desiredObject('fleet'), id: objectId(sourceRef), ref: sourceRef };
const [shop, cart] = ['shop', 'cart'].map((name) =>
  desiredObject(`${name}-staging`, { environment: 'staging' }),
) as [DesiredObject, DesiredObject];

/** What a change deletes of the source and two objects in staging. */
function deletions(left: readonly DesiredObject[], spec: Pick<Spec, 'environments'> = {}): object {
  const tracked = [source, shop, cart].map((object) => trackDesired(object, undefined));
  const environmentOf = ({ id }: Tracked): string | undefined =>
    spec.environments !== undefined && id.includes('-staging') ? 'staging' : undefined;
  const [first] = places(spec);
  if (first === undefined) throw new Error('there is no stage');
  return countDeletions(
    { tracked, moved: new Map() },
    { objects: left, environments: [] },
    first,
    environmentOf,
  );
}

test('deletions are counted by what is there, and what is emptied is told from what is replaced', () => {
  expect(deletions([source, shop])).toEqual({ count: 1, of: 3, empties: false });
  expect(deletions([source])).toEqual({ count: 2, of: 3, empties: true });
  expect(deletions([])).toEqual({ count: 3, of: 3, empties: true });
  expect(deletions([desiredObject('other')])).toEqual({ count: 3, of: 3, empties: false });
});

test('what moves to another namespace is not deleted', () => {
  const moved = desiredObject('shop-staging');
  const ref = { ...moved.ref, namespace: 'elsewhere' };
  expect(deletions([source, { ...moved, id: 'elsewhere', ref }])).toMatchObject({ count: 1, of: 3 });
});

test('what environments share counts where no other comes before', () => {
  const environments = [{ name: 'staging' }];
  expect(deletions([shop, cart], { environments })).toMatchObject({ count: 1, of: 3 });
  const state = { objects: [source, shop], environments: [] };
  const [first, follows] = places({ environments: [{ name: 'staging' }, { name: 'b', after: 'staging' }] });
  expect(first && objectsIn(state, first)).toEqual([source, shop]);
  expect(follows && objectsIn(state, follows)).toEqual([]);
});

test('an environment may be taken out where others stay, and not where another one is new', () => {
  const east = desiredObject('shop-east', { environment: 'east' });
  const west = desiredObject('shop-west', { environment: 'west' });
  const tracked = [east, west].map((object) => trackDesired(object, undefined));
  const environmentOf = ({ id }: Tracked): string => (id.includes('-east') ? 'east' : 'west');
  const emptiedBy = (environments: { name: string }[], left: readonly DesiredObject[]): unknown => {
    const gone = places({ environments }, [
      ['east', IN_FORCE],
      ['west', IN_FORCE],
    ]).find(({ environment }) => environment === 'east');
    const wanted = { objects: left, environments: [] };
    return gone && countDeletions({ tracked, moved: new Map() }, wanted, gone, environmentOf).empties;
  };
  expect(emptiedBy([{ name: 'west' }], [west])).toBe(false);
  expect(emptiedBy([{ name: 'west' }, { name: 'est' }], [west])).toBe(true);
  expect(emptiedBy([{ name: 'west' }], [])).toBe(true);
});
