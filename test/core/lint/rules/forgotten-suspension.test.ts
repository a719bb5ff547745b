import { expect, test } from '@jest/globals';
import type { ObjectRef } from '../../../../src/api/object.ts';
import { liveObject } from '../../live.ts';
import { FLEET, NOW, findingsOf, observing, reportedBy } from '../linting.ts';

const RULE = 'forgotten-suspension';
const LONG_AGO = '2026-03-01T08:00:00Z';
const spec = { sources: [FLEET], layers: [{ name: 'apps', kustomization: {} }] };

function since(kind: string, time: string): object {
  const ofKind = (ref: ObjectRef): boolean => ref.kind === kind;
  return {
    now: NOW,
    observed: observing({
      live: (ref) => (ofKind(ref) ? liveObject({ kind, spec: { suspend: true } }) : undefined),
      suspendedSince: (ref) => (ofKind(ref) ? time : undefined),
    }),
  };
}

test('a blueprint that has been suspended for more than seven days is reported', () => {
  const suspended = { ...spec, suspend: true, suspendReason: 'maintenance' };
  expect(reportedBy(RULE, suspended, since('FluxBlueprint', LONG_AGO))).toEqual([
    'warning spec.suspend suspend',
  ]);
  expect(findingsOf(suspended, since('FluxBlueprint', LONG_AGO))[0]?.message).toMatch(/since 2026-03-01/);
});

test.each([
  ['2026-03-08T12:00:00Z', 0],
  ['2026-03-08T11:59:59Z', 1],
  ['2026-03-08T12:59:59+01:00', 1],
  ['2026-03-15T11:00:00Z', 0],
  ['not a time', 0],
])('a suspension since %s is reported %i times at noon of March 15', (time, count) => {
  expect(reportedBy(RULE, { ...spec, suspend: true }, since('FluxBlueprint', time))).toHaveLength(count);
});

test('one with an end, one that is not suspended, and one of which nothing is known, are not reported', () => {
  const known = since('FluxBlueprint', LONG_AGO);
  const until = { ...spec, suspend: true, suspendUntil: '2027-01-01T00:00:00Z' };
  expect(reportedBy(RULE, until, known)).toEqual([]);
  expect(reportedBy(RULE, spec, known)).toEqual([]);
  expect(reportedBy(RULE, { ...spec, suspend: true })).toEqual([]);
  expect(reportedBy(RULE, { ...spec, suspend: true }, { now: NOW, observed: observing() })).toEqual([]);
  const withoutPresent = { observed: observing({ suspendedSince: () => LONG_AGO }) };
  expect(reportedBy(RULE, { ...spec, suspend: true }, withoutPresent)).toEqual([]);
});

test('an object that somebody suspended by hand is reported, with the way back', () => {
  const [finding, ...more] = findingsOf(spec, since('Kustomization', LONG_AGO));
  expect(more).toEqual([]);
  expect(finding).toMatchObject({ rule: RULE, path: 'spec.layers[0]', target: 'apps', seenIn: 'cluster' });
  expect(finding?.message).toMatch(/Kustomization\/flux-system\/apps .* since 2026-03-01.*flux resume/);
});

test('an object that the blueprint itself suspends is reported at that field', () => {
  const written = { ...spec, layers: [{ name: 'apps', kustomization: { suspend: true } }] };
  expect(reportedBy(RULE, written, since('Kustomization', LONG_AGO))).toEqual([
    'warning spec.layers[0].kustomization.suspend apps',
  ]);
});

test('objects that are suspended with their blueprint are part of its suspension', () => {
  const whole = { ...spec, suspend: true, suspendScope: 'Generated' };
  expect(reportedBy(RULE, whole, since('Kustomization', LONG_AGO))).toEqual([]);
});

test('an object that runs again is not reported, whenever it was suspended', () => {
  const observed = observing({ live: () => liveObject(), suspendedSince: () => LONG_AGO });
  expect(reportedBy(RULE, spec, { now: NOW, observed })).toEqual([]);
});
