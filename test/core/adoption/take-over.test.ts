import { expect, test } from '@jest/globals';
import { FIELD_MANAGER, LET_GO } from '../../../src/api/names.ts';
import type { KubeObject, ObjectMeta } from '../../../src/api/object.ts';
import { findParent } from '../../../src/core/adoption/find-parent.ts';
import { findFormerApplier, planTakeOver, toTakeOverPatch } from '../../../src/core/adoption/take-over.ts';
import { liveObject } from '../live.ts';

const MANIFEST = liveObject({ spec: { path: './apps' } });

interface Entry {
  manager: string;
  operation?: string;
  fieldsV1: object;
  [field: string]: unknown;
}

function managed(managedFields: Entry[], metadata: object = {}): KubeObject {
  const entries = managedFields.map((entry) => ({ operation: 'Apply', apiVersion: 'v1', ...entry }));
  return liveObject({
    metadata: {
      name: 'apps',
      uid: 'u',
      resourceVersion: '7',
      managedFields: entries as NonNullable<ObjectMeta['managedFields']>,
      ...metadata,
    },
  });
}

/** What each manager owns after the take-over. */
function takeFrom(...entries: Entry[]): Record<string, unknown> {
  const { managedFields = [] } = planTakeOver(managed(entries), MANIFEST) ?? {};
  return Object.fromEntries(
    managedFields.map(({ manager = '', operation = '', fieldsV1 }) => [`${manager} ${operation}`, fieldsV1]),
  );
}

const SPEC = { 'f:spec': { 'f:path': {}, 'f:timeout': {} } };

test.each([
  ['kubectl', 'Apply'],
  ['kubectl-client-side-apply', 'Update'],
  ['kubectl-create', 'Update'],
  ['helm', 'Update'],
  ['helm-controller', 'Apply'],
  ['kustomize-controller', 'Apply'],
  ['flux', 'Apply'],
  ['flux-operator', 'Apply'],
  ['before-first-apply', 'Update'],
])('what %s owns by %s becomes ours', (manager, operation) => {
  expect(takeFrom({ manager, operation, fieldsV1: SPEC })).toEqual({ [`${FIELD_MANAGER} Apply`]: SPEC });
});

test.each([['kubectl-edit'], ['kubectl-patch'], ['kubectl-annotate'], ['terraform'], ['fluxblueprint-cli']])(
  'what %s owns stays with it',
  (manager) => {
    const live = managed([{ manager, operation: 'Update', fieldsV1: SPEC }]);
    expect(planTakeOver(live, MANIFEST)).toBeUndefined();
    expect(findFormerApplier(live)).toBeUndefined();
  },
);

test('statuses, finalizers, owners and requests to Flux stay with whoever owns them', () => {
  const controller: Entry = {
    manager: 'kustomize-controller',
    operation: 'Update',
    fieldsV1: { 'f:metadata': { 'f:finalizers': { '.': {}, 'v:"finalizers.fluxcd.io"': {} } } },
  };
  const status: Entry = {
    manager: 'kustomize-controller',
    operation: 'Update',
    subresource: 'status',
    fieldsV1: { 'f:status': { 'f:conditions': {} } },
  };
  const flux: Entry = {
    manager: 'flux',
    operation: 'Update',
    fieldsV1: {
      'f:metadata': { 'f:annotations': { '.': {}, 'f:reconcile.fluxcd.io/requestedAt': {} } },
      'f:spec': { 'f:suspend': {} },
    },
  };
  expect(planTakeOver(managed([controller, status, flux]), MANIFEST)).toBeUndefined();
  const first: Entry = {
    manager: 'before-first-apply',
    operation: 'Update',
    fieldsV1: {
      'f:metadata': { 'f:labels': { '.': {}, 'f:team': {} }, 'f:ownerReferences': {}, 'f:finalizers': {} },
      'f:spec': { '.': {}, 'f:path': {} },
      'f:status': { 'f:conditions': {} },
    },
  };
  expect(takeFrom(first)).toEqual({
    'before-first-apply Update': {
      'f:metadata': { 'f:ownerReferences': {}, 'f:finalizers': {} },
      'f:status': { 'f:conditions': {} },
    },
    [`${FIELD_MANAGER} Apply`]: {
      'f:metadata': { 'f:labels': { '.': {}, 'f:team': {} } },
      'f:spec': { '.': {}, 'f:path': {} },
    },
  });
});

test('a suspension that was set by hand stays, and one that was declared goes with the rest', () => {
  const suspended = { 'f:spec': { 'f:path': {}, 'f:suspend': {} } };
  expect(takeFrom({ manager: 'flux', operation: 'Update', fieldsV1: suspended })).toEqual({
    'flux Update': { 'f:spec': { 'f:suspend': {} } },
    [`${FIELD_MANAGER} Apply`]: { 'f:spec': { 'f:path': {} } },
  });
  expect(takeFrom({ manager: 'kustomize-controller', fieldsV1: suspended })).toEqual({
    [`${FIELD_MANAGER} Apply`]: suspended,
  });
});

test('fields of several appliers and our own become one set, whatever versions they were applied in', () => {
  const entries: Entry[] = [
    { manager: FIELD_MANAGER, time: '2026-01-01T00:00:00Z', fieldsV1: { 'f:spec': { 'f:values': {} } } },
    {
      manager: 'kubectl-client-side-apply',
      operation: 'Update',
      apiVersion: 'v1beta2',
      time: '2026-03-01T00:00:00Z',
      fieldsV1: { 'f:spec': { 'f:values': { 'f:a': {} }, 'f:path': {} } },
    },
    { manager: 'helm', fieldsV1: { 'f:spec': { 'f:values': { 'f:b': {}, '.': {} } }, 'f:data': {} } },
  ];
  expect(planTakeOver(managed(entries), MANIFEST)).toEqual({
    from: ['helm', 'kubectl-client-side-apply'],
    managedFields: [
      {
        manager: FIELD_MANAGER,
        operation: 'Apply',
        apiVersion: MANIFEST.apiVersion,
        time: '2026-03-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:spec': { 'f:values': { '.': {}, 'f:a': {}, 'f:b': {} }, 'f:path': {} },
          'f:data': {},
        },
      },
    ],
    labels: [],
    annotations: [],
    spec: undefined,
  });
});

test('the labels and annotations by which a parent would prune or apply it again go, and no others', () => {
  const live = managed([], {
    labels: {
      'kustomize.toolkit.fluxcd.io/name': 'root',
      'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
      team: 'shop',
    },
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      'meta.helm.sh/release-name': 'umbrella',
      'kustomize.toolkit.fluxcd.io/prune': 'disabled',
      [LET_GO]: 'a/b',
    },
  });
  const plan = planTakeOver(live, MANIFEST);
  if (plan === undefined) throw new Error('there is something to take');
  expect(toTakeOverPatch(live, plan)).toEqual({
    metadata: {
      uid: 'u',
      resourceVersion: '7',
      labels: { 'kustomize.toolkit.fluxcd.io/name': null, 'kustomize.toolkit.fluxcd.io/namespace': null },
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': null,
        'meta.helm.sh/release-name': null,
        [LET_GO]: null,
      },
    },
  });
});

test('empty lists and maps that nobody else owns are removed, because no apply could', () => {
  const live = managed([
    { manager: 'kubectl', fieldsV1: { 'f:spec': { 'f:a': { 'f:b': {} }, 'f:list': {} } } },
    { manager: 'kubectl-edit', fieldsV1: { 'f:spec': { 'f:owned': {}, 'f:whole': {} } } },
  ]);
  const part = { required: [], more: 1 };
  const ours = { a: { b: 1, c: [] }, list: [], map: {}, part, wanted: [], full: [1] };
  live['spec'] = { ...ours, owned: [], whole: { d: [] } };
  const manifest = liveObject({ spec: { a: { b: 1 }, wanted: [] } });
  expect(planTakeOver(live, manifest)?.spec).toEqual({ a: { c: null }, list: null, map: null, part: null });
  expect(planTakeOver(live, liveObject({ spec: live['spec'] }))?.spec).toBeUndefined();
});

test('what the blueprint itself says is no mark of others', () => {
  const labels = { 'kustomize.toolkit.fluxcd.io/name': 'root' };
  const live = managed([], { labels });
  const manifest = liveObject({ metadata: { labels } });
  expect(planTakeOver(live, manifest)).toBeUndefined();
  expect(findParent(live, manifest)).toBeUndefined();
});

test('a set that nests deeper than any real one stays, and an entry without fields harms nothing', () => {
  let deep = {};
  for (let i = 0; i < 5000; i++) deep = { 'f:a': deep };
  const live = managed([
    { manager: 'kubectl', fieldsV1: { 'f:spec': deep } },
    { manager: 'helm', fieldsV1: undefined as unknown as object },
  ]);
  expect(planTakeOver(live, MANIFEST)).toBeUndefined();
});

test.each<[string, KubeObject, string | undefined]>([
  [
    'the Kustomization of its labels',
    managed([{ manager: 'kubectl', fieldsV1: SPEC }], {
      labels: {
        'kustomize.toolkit.fluxcd.io/name': 'root',
        'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
      },
    }),
    'Kustomization flux-system/root',
  ],
  [
    'the Helm release of its annotations',
    managed([], { annotations: { 'meta.helm.sh/release-name': 'umbrella' } }),
    'Helm release /umbrella',
  ],
  [
    'a manager that applies whole objects',
    managed([{ manager: 'kubectl', fieldsV1: SPEC }]),
    'field manager /kubectl',
  ],
  ['nobody', managed([{ manager: 'kubectl-edit', operation: 'Update', fieldsV1: SPEC }]), undefined],
])('the parent of an object is %s', (_, live, expected) => {
  const parent = findParent(live, MANIFEST);
  expect(parent && `${parent.kind} ${parent.namespace}/${parent.name}`).toBe(expected);
});
