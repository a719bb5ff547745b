import { expect, test } from '@jest/globals';
import type { Json, KubeObject } from '../../../src/api/object.ts';
import { projectLive } from '../../../src/core/diff/project-live.ts';

function object(spec: Json, metadata: object = {}): KubeObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'a', namespace: 'b', ...metadata },
    spec,
  };
}

/** A live object in which managers own fields. */
function live(spec: Json, managers: Record<string, Json>, metadata: object = {}): KubeObject {
  const managedFields = Object.entries(managers).map(([manager, fieldsV1]) => ({
    manager,
    operation: manager === 'fluxblueprint' ? 'Apply' : 'Update',
    fieldsV1,
  }));
  return { ...object(spec, { ...metadata, uid: 'x', managedFields }), status: { ready: true } };
}

test('what others and defaults set is left out; what the operator has set and says no more is kept', () => {
  const present = live(
    { interval: '10m', timeout: '5m', force: false, suspend: true, both: 1 },
    {
      fluxblueprint: { 'f:spec': { 'f:interval': {}, 'f:timeout': {}, 'f:both': {} } },
      flux: { 'f:spec': { 'f:suspend': {}, 'f:both': {} } },
    },
    { labels: { team: 'a', other: 'b' } },
  );
  expect(projectLive(present, object({ interval: '5m' }, { labels: { team: 'a' } }))).toEqual(
    object({ interval: '10m', timeout: '5m' }, { labels: { team: 'a' } }),
  );
});

test('a map that is owned as a whole is compared as a whole, others field by field', () => {
  const present = live(
    { values: { a: 1, gone: 2 }, postBuild: { substitute: { A: '1', B: '2' } } },
    { fluxblueprint: { 'f:spec': { 'f:values': {}, 'f:postBuild': { 'f:substitute': { 'f:A': {} } } } } },
  );
  const desired = object({ values: { a: 1 }, postBuild: { substitute: { A: '1' } } });
  expect(projectLive(present, desired)['spec']).toEqual({
    values: { a: 1, gone: 2 },
    postBuild: { substitute: { A: '1' } },
  });
});

test('of an object that the operator never applied, what is wanted counts', () => {
  const present = live({ interval: '1m', path: './x', decryption: null }, {});
  expect(projectLive(present, object({ interval: '5m' }))['spec']).toEqual({ interval: '1m' });
});

test('what the operator set within a map that is not wanted any more is kept, and nothing of others', () => {
  const present = live(
    { postBuild: { substitute: { A: '1', B: '2' } } },
    { fluxblueprint: { 'f:spec': { 'f:postBuild': { 'f:substitute': { 'f:A': {} } } } } },
  );
  expect(projectLive(present, object({}))['spec']).toEqual({ postBuild: { substitute: { A: '1' } } });
});
