import { expect, test } from '@jest/globals';
import type { DesiredState } from '../../../src/core/objects/desired.ts';
import { review } from '../../../src/core/review/review.ts';
import { selectEnvironment } from '../../../src/core/review/select-environment.ts';
import { readBlueprints } from '../../../src/core/yaml/read-blueprints.ts';

function compileAll(...environments: string[]): DesiredState[] {
  const texts = environments.map(
    (list, i) => `apiVersion: fluxblueprint.io/v1beta1
kind: FluxBlueprint
metadata: {name: b${i}, namespace: n${i}}
spec:
  sources: [{name: fleet, git: {url: https://example.com/fleet.git, ref: {branch: main}}}]
  layers: [{name: apps, kustomization: {}}]
  environments: [${list}]
`,
  );
  return review(readBlueprints(texts.join('---\n')).blueprints).flatMap(({ desired }) => desired ?? []);
}

const namesOf = (states: DesiredState[] | string): unknown =>
  typeof states === 'string' ? states : states.map(({ objects }) => objects.map(({ ref }) => ref.name));

test('an environment keeps its own objects and those that all share', () => {
  const states = compileAll('{name: staging}, {name: production}');
  expect(namesOf(selectEnvironment(states, 'staging'))).toEqual([['fleet', 'apps-staging']]);
});

test('a source that an environment has for itself is left to that environment', () => {
  const states = compileAll(
    '{name: staging, sources: [{name: fleet, git: {ref: {branch: next}}}]}, {name: production}',
  );
  expect(namesOf(selectEnvironment(states, 'production'))).toEqual([['fleet-production', 'apps-production']]);
});

test('of a blueprint without the environment nothing is left', () => {
  const states = compileAll('{name: staging}', '{name: production}');
  expect(namesOf(selectEnvironment(states, 'production'))).toEqual([[], ['fleet', 'apps-production']]);
});

test.each([
  ['stagin', 'no environment is named "stagin"; did you mean "staging"?'],
  ['x', 'no environment is named "x"; known are production, staging'],
])('that no blueprint has the environment %s is a message with the nearest name', (name, message) => {
  expect(selectEnvironment(compileAll('{name: staging}, {name: production}'), name)).toBe(message);
});
