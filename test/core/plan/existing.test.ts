import { expect, test } from '@jest/globals';
import { FIELD_MANAGER, Label, MANAGED_BY } from '../../../src/api/names.ts';
import type { ObjectMeta } from '../../../src/api/object.ts';
import type { DesiredObject } from '../../../src/core/objects/desired.ts';
import {
  type Writer,
  type Existing,
  type ResolvedPlan,
  resolveExisting,
} from '../../../src/core/plan/existing.ts';
import { type Plan, emptyPlan } from '../../../src/core/plan/plan.ts';
import { desiredObject } from '../live.ts';

const KEY = { namespace: 'flux-system', name: 'platform' };

function planOf(...objects: DesiredObject[]): Plan {
  return {
    ...emptyPlan(),
    apply: objects.map((object) => ({ object, cause: 'create', drift: [] })),
  };
}

function namespaceObject(name: string): DesiredObject {
  const ref = { apiVersion: 'v1', kind: 'Namespace', name };
  return desiredObject(name, { ref, manifest: { ...ref, metadata: { name } } });
}

function labelledFor(blueprint: string): ObjectMeta {
  const labels = { [Label.ManagedBy]: MANAGED_BY, [Label.Name]: blueprint, [Label.Namespace]: 'flux-system' };
  return { name: 'any', labels };
}

function writtenBy(manager: string): ObjectMeta {
  return { name: 'any', managedFields: [{ manager }] };
}

function resolve(
  objects: DesiredObject[],
  existing: Record<string, Existing>,
  writer: Partial<Writer> = {},
): ResolvedPlan {
  const byId = new Map(
    objects.flatMap(({ id, ref }) => {
      const found = existing[ref.name];
      return found === undefined ? [] : [[id, found] as const];
    }),
  );
  return resolveExisting(planOf(...objects), byId, {
    key: KEY,
    tracked: new Set(),
    adoption: 'Refuse',
    mayAdopt: false,
    ...writer,
  });
}

function found(metadata: ObjectMeta): Existing {
  return { type: 'found', metadata };
}

test('an object of ours, by its labels, is applied', () => {
  const { conflicts, plan } = resolve([desiredObject('apps')], { apps: found(labelledFor('platform')) });
  expect(conflicts).toEqual([]);
  expect(plan.apply).toHaveLength(1);
});

test('an object that lost our labels stays ours while it is tracked and we manage fields of it', () => {
  const apps = desiredObject('apps');
  const existing = { apps: found(writtenBy(FIELD_MANAGER)) };
  expect(resolve([apps], existing, { tracked: new Set([apps.id]) }).conflicts).toEqual([]);
  expect(resolve([apps], existing).conflicts).toMatchObject([{ owner: `field manager ${FIELD_MANAGER}` }]);
});

test("somebody else's object is a conflict that names its owner, unless it may be adopted", () => {
  const existing = { apps: found(writtenBy('kubectl')) };
  const [conflict] = resolve([desiredObject('apps')], existing).conflicts;
  expect(conflict).toMatchObject({ owner: 'field manager kubectl', blueprint: false });
  const writer = { adoption: 'Adopt', mayAdopt: true } as const;
  expect(resolve([desiredObject('apps')], existing, writer).conflicts).toEqual([]);
});

test("without an account nothing is adopted: the operator's rights are not those of the blueprint's author", () => {
  const existing = { apps: found(writtenBy('kubectl')), infra: found({ name: 'infra' }) };
  const objects = [desiredObject('apps'), desiredObject('infra')];
  const { conflicts } = resolve(objects, existing, { adoption: 'Adopt' });
  expect(conflicts.map(({ object, needsAccount }) => [object.ref.name, needsAccount])).toEqual([
    ['apps', true],
    ['infra', true],
  ]);
});

test('an account is no remedy where nothing would be adopted', () => {
  const existing = { apps: found(writtenBy('kubectl')) };
  expect(resolve([desiredObject('apps')], existing).conflicts).toMatchObject([{ needsAccount: false }]);
});

test('an object of another blueprint is a conflict even where objects are adopted', () => {
  const { conflicts } = resolve(
    [desiredObject('apps')],
    { apps: found(labelledFor('other')) },
    { adoption: 'Adopt', mayAdopt: true },
  );
  expect(conflicts).toMatchObject([{ owner: 'FluxBlueprint flux-system/other', blueprint: true }]);
});

test('a namespace of somebody else is never adopted: it serves as it is, and is not applied', () => {
  for (const adoption of ['Refuse', 'Adopt'] as const) {
    const shop = namespaceObject('shop');
    const resolved = resolve(
      [shop, desiredObject('apps')],
      { shop: found(writtenBy('kubectl')) },
      { adoption, mayAdopt: true },
    );
    expect(resolved.conflicts).toEqual([]);
    expect(resolved.theirs).toEqual([shop]);
    expect(resolved.plan.apply.map(({ object }) => object.ref.name)).toEqual(['apps']);
  }
});

test('what the cluster does not serve is blocked by its CRD, and what is absent may only be created', () => {
  const [apps, infra] = [desiredObject('apps'), desiredObject('infra')];
  const resolved = resolve([infra, apps], { apps: { type: 'unserved' }, infra: { type: 'absent' } });
  expect(resolved.unserved).toEqual([apps]);
  expect(resolved.plan.blocked).toEqual([
    { object: apps, waitsFor: ['the CRD of Kustomization (kustomize.toolkit.fluxcd.io/v1)'] },
  ]);
  expect(resolved.plan.apply.map(({ object }) => object)).toEqual([infra]);
  expect(resolved.absent).toEqual(new Set([infra.id]));
});

test('the plan that comes in is not changed, and conflicts come in the order of their ids', () => {
  const [a, b] = [desiredObject('a'), desiredObject('b')];
  const plan = planOf(b, a);
  const before = structuredClone({ ...plan, apply: plan.apply.length });
  const existing = new Map([a, b].map(({ id }) => [id, found(writtenBy('kubectl'))]));
  const writer = { key: KEY, tracked: new Set<string>(), adoption: undefined, mayAdopt: false };
  const { conflicts } = resolveExisting(plan, existing, writer);
  expect(conflicts.map(({ object }) => object.ref.name)).toEqual(['a', 'b']);
  expect({ ...plan, apply: plan.apply.length }).toEqual(before);
});
