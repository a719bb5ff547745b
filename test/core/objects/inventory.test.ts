import { expect, test } from '@jest/globals';
import {
  type Tracked,
  lastWave,
  readInventory,
  refOfTracked,
  trackDesired,
  unionInventory,
  withoutIds,
  writeInventory,
} from '../../../src/core/objects/inventory.ts';
import { desiredObject, idOf } from '../live.ts';
import { SeededRandom } from '../../harness/random.ts';

function tracked(name: string, wave: number): Tracked {
  return { id: idOf(name), version: 'v1', wave };
}

test('what is written reads back the same, whatever the waves', () => {
  const random = new SeededRandom(5);
  for (let round = 0; round < 200; round++) {
    const entries = Array.from({ length: random.below(40) }, (_, i) =>
      tracked(`n${String(i).padStart(2, '0')}`, random.below(8)),
    );
    const inventory = writeInventory(random.shuffle(entries));
    const read = readInventory({ inventory });
    expect(new Set(read)).toEqual(new Set(entries));
    expect(writeInventory(random.shuffle(read))).toEqual(inventory);
  }
});

test('an inventory says a kind and a namespace once, and of each name its wave', () => {
  const elsewhere = { id: 'team-a_b_kustomize.toolkit.fluxcd.io_Kustomization', version: 'v1', wave: 3 };
  const namespace = { id: '_team-a__Namespace', version: 'v1', wave: 0 };
  const old = { ...tracked('old', 1), version: 'v1beta2' };
  const inventory = writeInventory([tracked('b', 2), elsewhere, namespace, tracked('c', 0), old]);
  expect(inventory).toEqual([
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      namespaces: { 'flux-system': { b: 2, c: 0 }, 'team-a': { b: 3 } },
    },
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1beta2',
      kind: 'Kustomization',
      namespaces: { 'flux-system': { old: 1 } },
    },
    { apiVersion: 'v1', kind: 'Namespace', namespaces: { '': { 'team-a': 0 } } },
  ]);
  expect(readInventory({ inventory })).toEqual([namespace, tracked('c', 0), old, tracked('b', 2), elsewhere]);
});

test('a name that JavaScript gives a meaning is a name', () => {
  const id = 'constructor_constructor_kustomize.toolkit.fluxcd.io_Kustomization';
  const entries = [{ id, version: 'v1', wave: 1 }, tracked('constructor', 1)];
  expect(readInventory({ inventory: writeInventory(entries) })).toEqual(entries);
});

test('what no operator can have written is left out, and written back no more', () => {
  const entry = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' };
  const sound = { ...entry, account: 'deployer', namespaces: { apps: { base: 0 } } };
  const forged = [
    { ...entry, apiVersion: 'v1', kind: 'Secret', namespaces: { apps: { token: 0 } } },
    { ...entry, apiVersion: 'apps/v1', kind: 'Deployment', namespaces: { apps: { web: 0 } } },
    {
      ...entry,
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1/namespaces/other',
      namespaces: { apps: { base: 0 } },
    },
    { ...entry, kind: 'Kustomization/status', namespaces: { apps: { base: 0 } } },
    {
      ...entry,
      namespaces: { apps: { '../../other/kustomizations/base': 0, a_b: 0, '': 0 }, 'a/b': { base: 0 } },
    },
    ...['', 'other:admin', 'a\r\nImpersonate-Group: system:masters', 'admın'].map((account) => ({
      ...entry,
      account,
      namespaces: { apps: { more: 0 } },
    })),
  ];
  const read = readInventory({ inventory: [...forged, sound] });
  expect(read).toEqual([
    { ...tracked('base', 0), id: idOf('base').replace('flux-system', 'apps'), account: 'deployer' },
  ]);
  expect(writeInventory(read)).toEqual([sound]);
  expect(
    lastWave(readInventory({ inventory: [{ ...entry, namespaces: { apps: { base: 3, web: 7 } } }] })),
  ).toHaveLength(1);
});

test('no inventory is an empty one', () => {
  expect(readInventory(undefined)).toEqual([]);
  expect(readInventory({})).toEqual([]);
  expect(writeInventory([])).toEqual([]);
  expect(lastWave([])).toEqual([]);
});

test('in a union each object stands once, in its newer place', () => {
  const union = unionInventory([tracked('a', 1), tracked('b', 1)], [tracked('b', 3), tracked('c', 2)]);
  expect(union).toEqual([tracked('a', 1), tracked('b', 3), tracked('c', 2)]);
});

test('what is gone leaves the inventory', () => {
  expect(withoutIds([tracked('a', 1), tracked('b', 1)], new Set([idOf('a')]))).toEqual([tracked('b', 1)]);
});

test('the last wave is all that must go first', () => {
  expect(lastWave([tracked('a', 1), tracked('b', 3), tracked('c', 3)])).toEqual([
    tracked('b', 3),
    tracked('c', 3),
  ]);
});

test('a desired object is tracked with the version that it was written in', () => {
  const object = desiredObject('apps', { wave: 4 });
  expect(trackDesired(object)).toEqual(tracked('apps', 4));
  expect(refOfTracked(trackDesired(object))).toEqual(object.ref);
});

test('what was read and is not changed is written as it stood, and is the same list', () => {
  const inventory = writeInventory([tracked('a', 1), tracked('b', 2)]);
  const read = readInventory({ inventory });
  expect(readInventory({ inventory })).toBe(read);
  expect(unionInventory(read, [tracked('b', 2)])).toBe(read);
  expect(withoutIds(read, new Set([idOf('c')]))).toBe(read);
  expect(writeInventory(read)).toBe(inventory);
  expect(writeInventory(unionInventory(read, [tracked('b', 3)]))).not.toEqual(inventory);
});
