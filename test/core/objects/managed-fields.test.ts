import { expect, test } from '@jest/globals';
import { API_VERSION, FIELD_MANAGER, KIND } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import {
  findDataKeys,
  findOtherManagers,
  findSuspendedSince,
  keepManagers,
} from '../../../src/core/objects/managed-fields.ts';
import { liveObject } from '../live.ts';

const TIME = '2026-01-01T00:00:00Z';

function managed(manager: string, spec: object, time = TIME): object {
  return {
    manager,
    operation: 'Update',
    time,
    fieldsV1: { 'f:spec': spec, 'f:metadata': { 'f:labels': {} } },
  };
}

function liveManaged(...managedFields: object[]): KubeObject {
  return liveObject({ metadata: { managedFields }, spec: {} });
}

const ours = managed(FIELD_MANAGER, { 'f:interval': {}, 'f:path': {} });
const status = { manager: 'kustomize-controller', operation: 'Update', fieldsV1: { 'f:status': {} } };

test('a copy keeps what others own of the spec, and nothing of what the operator and the controllers own', () => {
  expect(keepManagers(liveManaged(ours, status))).toBeUndefined();
  const kept = keepManagers(liveManaged(ours, status, managed('kubectl-edit', { 'f:interval': {} })));
  expect(kept).toEqual([
    {
      manager: 'kubectl-edit',
      operation: 'Update',
      time: TIME,
      fieldsV1: { 'f:spec': { 'f:interval': {} } },
    },
  ]);
});

test('of who set suspend everything is kept, and of a blueprint nothing else', () => {
  const suspend = managed(FIELD_MANAGER, { 'f:suspend': {}, 'f:path': {} });
  expect(keepManagers(liveManaged(suspend))).toEqual([
    expect.objectContaining({ fieldsV1: { 'f:spec': { 'f:suspend': {} } } }),
  ]);
  const blueprint = { ...liveManaged(managed('kubectl', { 'f:layers': {}, 'f:suspend': {} })) };
  expect(keepManagers({ ...blueprint, apiVersion: API_VERSION, kind: KIND })).toEqual([
    expect.objectContaining({ fieldsV1: { 'f:spec': { 'f:suspend': {} } } }),
  ]);
});

test('of an object that is read by its metadata nothing is kept', () => {
  const { apiVersion, kind, metadata } = liveManaged(managed('kubectl', { 'f:group': {} }));
  expect(keepManagers({ apiVersion, kind, metadata })).toBeUndefined();
});

const MANIFEST = liveObject({
  spec: { interval: '10m', postBuild: { substitute: { A: 'b' } }, dependsOn: [{ name: 'x' }] },
});

test.each<[string, object, boolean]>([
  ['a field that the blueprint sets', { 'f:interval': {} }, true],
  ['a field that nobody asked for', { 'f:suspend': {} }, false],
  ['a field deep inside', { 'f:postBuild': { 'f:substitute': { 'f:A': {} } } }, true],
  ['a field beside one deep inside', { 'f:postBuild': { 'f:substitute': { 'f:B': {} } } }, false],
  ['an item of a list', { 'f:dependsOn': { 'k:{"name":"x"}': { 'f:name': {} } } }, true],
])('the manager that owns %s is reported where the blueprint sets the field', (_, fields, reported) => {
  expect(findOtherManagers(MANIFEST, liveManaged(ours, managed('kubectl-edit', fields)))).toEqual(
    reported ? ['kubectl-edit'] : [],
  );
});

test('a suspension is as old as the last time that somebody set it', () => {
  const early = managed('flux', { 'f:suspend': {} }, '2026-01-01T00:00:00Z');
  const late = managed('kubectl', { 'f:suspend': {} }, '2026-02-01T00:00:00Z');
  expect(findSuspendedSince(liveManaged(late, early, ours))).toBe('2026-02-01T00:00:00Z');
  expect(findSuspendedSince(liveManaged(ours))).toBeUndefined();
});

test('the keys of a Secret are known by who owns them, and no value is', () => {
  const set = (...keys: string[]): object => ({
    manager: 'kubectl',
    fieldsV1: { 'f:data': { '.': {}, ...Object.fromEntries(keys.map((key) => [`f:${key}`, {}])) } },
  });
  const metadata = (...managedFields: object[]): never => ({ name: 's', managedFields }) as never;
  expect(findDataKeys(metadata(set('token'), set('address', 'token')))).toEqual(['address', 'token']);
  expect(findDataKeys(metadata(set()))).toEqual([]);
  const many = Array.from({ length: 1000 }, (_, i) => `key-${i}`);
  expect(findDataKeys(metadata(set(...many)))).toBeUndefined();
  expect(findDataKeys(metadata(status))).toBeUndefined();
});
