import { expect, test } from '@jest/globals';
import {
  describeGit,
  describeSuspension,
  readEnd,
  resumePatch,
  suspendPatch,
} from '../../../src/core/inspect/suspension.ts';
import { NOW } from './objects.ts';

test('a suspension leaves nothing of the one before, and a resume nothing at all', () => {
  expect(suspendPatch({ reason: 'a migration', until: '2026-12-01T00:00:00Z', generated: true })).toEqual({
    spec: {
      suspend: true,
      suspendReason: 'a migration',
      suspendUntil: '2026-12-01T00:00:00Z',
      suspendScope: 'Generated',
    },
  });
  expect(suspendPatch({ reason: undefined, until: undefined, generated: false })).toEqual({
    spec: { suspend: true, suspendReason: null, suspendUntil: null, suspendScope: null },
  });
  expect(resumePatch()).toEqual({
    spec: { suspend: null, suspendReason: null, suspendUntil: null, suspendScope: null },
  });
});

test('an end is a time to come, or a duration from now', () => {
  expect(readEnd('2026-12-01T00:00:00Z', NOW)).toBe('2026-12-01T00:00:00Z');
  expect(readEnd('2026-12-01T01:00:00+01:00', NOW)).toBe('2026-12-01T01:00:00+01:00');
  expect(readEnd('2h', NOW)).toBe('2026-11-30T14:00:00Z');
  expect(readEnd('1h30m', NOW)).toBe('2026-11-30T13:30:00Z');
  expect(readEnd('500ms', NOW)).toBe('2026-11-30T12:00:01Z');
});

test.each([
  '2026-11-30T12:00:00Z',
  '2020-01-01T00:00:00Z',
  '0s',
  'tomorrow',
  '2026-12-01',
  '',
  '2d',
  '12/24',
  '9'.repeat(60) + 'h',
])('%j is no end of a suspension', (text) => {
  expect(readEnd(text, NOW)).toBeUndefined();
});

test('a suspension is told with its end and its reason, and one that is over is none', () => {
  expect(describeSuspension({ suspend: true }, NOW)).toBe('suspended');
  expect(describeSuspension({ suspend: true, suspendReason: 'a migration' }, NOW)).toBe(
    'suspended: a migration',
  );
  const until = '2026-12-01T00:00:00Z';
  expect(describeSuspension({ suspend: true, suspendUntil: until, suspendScope: 'Generated' }, NOW)).toBe(
    `suspended with all that it generated until ${until}`,
  );
  expect(describeSuspension({ suspend: true, suspendUntil: '2020-01-01T00:00:00Z' }, NOW)).toBeUndefined();
  expect(describeSuspension({ suspend: false, suspendReason: 'x' }, NOW)).toBeUndefined();
  expect(describeSuspension(undefined, NOW)).toBeUndefined();
});

const labels = {
  'kustomize.toolkit.fluxcd.io/name': 'fleet',
  'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
};

const applied = (spec: object) => [
  { manager: 'kustomize-controller', operation: 'Apply', fieldsV1: { 'f:spec': spec } },
];

test('Git undoes a suspension where it sets the field, and else leaves it', () => {
  const set = { name: 'a', labels, managedFields: applied({ 'f:suspend': {}, 'f:layers': {} }) };
  expect(describeGit({ metadata: set as never })).toMatch(
    /^Kustomization flux-system\/fleet .*will undo this/,
  );
  const unset = { name: 'a', labels, managedFields: applied({ 'f:layers': {} }) };
  expect(describeGit({ metadata: unset as never })).toMatch(/^Kustomization flux-system\/fleet .*this lasts/);
  expect(describeGit({ metadata: { name: 'a', labels } })).toMatch(/this lasts/);
  expect(describeGit({ metadata: { name: 'a', managedFields: set.managedFields as never } })).toBeUndefined();
});
