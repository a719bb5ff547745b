import { expect, test } from '@jest/globals';
import type { DesiredState } from '../../../src/core/objects/desired.ts';
import { type Part, composeDesired } from '../../../src/core/rollout/compose.ts';
import { desiredObject } from '../live.ts';

/** What a revision says: an object of each environment and what they share, all of which tell the revision. */
function stateOf(revision: number, shared: readonly string[]): DesiredState {
  const manifest = (name: string) => {
    const object = desiredObject(name);
    return { ...object.manifest, spec: { revision } };
  };
  const objects = ['staging', 'production'].map((environment) =>
    desiredObject(`shop-${environment}`, { environment, manifest: manifest(`shop-${environment}`) }),
  );
  return {
    objects: [...shared.map((name) => desiredObject(name, { manifest: manifest(name) })), ...objects],
    environments: [],
  };
}

/** What the blueprint says now: another one still, whose objects are others. */
const WANTED: DesiredState = { objects: [], environments: [] };

const REVISIONS = new Map([
  ['one', stateOf(1, ['fleet', 'charts'])],
  ['two', stateOf(2, ['fleet', 'images'])],
]);

function part(environment: string | undefined, revision?: number, after?: string): Part {
  const digest = revision === 1 ? 'one' : 'two';
  return { environment, after, inForce: revision === undefined ? undefined : { revision, digest } };
}

function describe(parts: readonly Part[]): Record<string, unknown> {
  const { objects } = composeDesired(parts, REVISIONS, WANTED);
  return Object.fromEntries(
    objects.map(({ ref, manifest }) => [ref.name, (manifest['spec'] as { revision: number }).revision]),
  );
}

test('each environment has what its revision says, and what they share follows the first environment', () => {
  expect(describe([part('staging', 2), part('production', 1, 'staging')])).toEqual({
    ...{ 'shop-staging': 2, 'shop-production': 1 },
    // `charts` stays, because revision 1 still has it.
    ...{ fleet: 2, images: 2, charts: 1 },
  });
  expect(describe([part('staging', 1), part('production', 2, 'staging')])).toMatchObject({
    fleet: 1,
    'shop-production': 2,
  });
});

test('once all have the newest, nothing of an older one is left', () => {
  const all = describe([part('staging', 2), part('production', 2, 'staging')]);
  expect(all).toEqual({ fleet: 2, images: 2, 'shop-staging': 2, 'shop-production': 2 });
});

test('where nothing is in force yet, nothing is desired of that environment', () => {
  expect(describe([part('staging', 2), part('production', undefined, 'staging')])).toEqual({
    ...{ fleet: 2, images: 2, 'shop-staging': 2 },
  });
  expect(describe([part('staging'), part('production')])).toEqual({});
});

test('a blueprint without environments has what its one revision says', () => {
  const whole = new Map([['one', { objects: [desiredObject('a'), desiredObject('b')], environments: [] }]]);
  const { objects } = composeDesired([part(undefined, 1)], whole, WANTED);
  expect(objects.map(({ ref }) => ref.name)).toEqual(['a', 'b']);
});

test('whether something is suspended follows what the blueprint says now, whatever waits', () => {
  const withSpec = (spec: Record<string, unknown>): DesiredState => {
    const object = desiredObject('shop');
    return { objects: [{ ...object, manifest: { ...object.manifest, spec } }], environments: [] };
  };
  const specOf = (old: Record<string, unknown>, wanted: Record<string, unknown>): unknown => {
    const states = new Map([['one', withSpec(old)]]);
    return composeDesired([part(undefined, 1)], states, withSpec(wanted)).objects[0]?.manifest['spec'];
  };
  expect(specOf({ path: './a' }, { path: './b', suspend: true })).toEqual({ path: './a', suspend: true });
  expect(specOf({ path: './a', suspend: true }, { path: './b' })).toEqual({ path: './a' });
  // Compiled manifests have their keys sorted: their digests say whether they are the same.
  expect(JSON.stringify(specOf({ targetNamespace: 'x' }, { suspend: true }))).toBe(
    '{"suspend":true,"targetNamespace":"x"}',
  );
});
