import { expect, test } from '@jest/globals';
import { compile } from '../../../../src/core/compile/compile.ts';
import { type CompileContext, offlineContext } from '../../../../src/core/compile/model/context.ts';

/** A blueprint of one Kustomization that waits for objects of these kinds, and of an `object` of each of the others. */
function blueprint(external: string[], objects: string[]): object {
  const dependsOnObjects = external.map((kind) => ({ apiVersion: 'example.com/v1', kind, name: 'a' }));
  const others = objects.map((kind) => ({
    name: `object-${kind.toLowerCase()}`,
    object: { apiVersion: 'image.toolkit.fluxcd.io/v1', kind, spec: {} },
  }));
  return {
    apiVersion: 'fluxblueprint.io/v1beta1',
    kind: 'FluxBlueprint',
    metadata: { name: 'platform', namespace: 'flux-system' },
    spec: {
      sources: [{ name: 'fleet', git: { url: 'https://example.com/fleet.git', ref: { branch: 'main' } } }],
      layers: [{ name: 'apps', dependsOnObjects, kustomization: {} }, ...others],
    },
  };
}

function kinds(count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}

function problemsOf(input: object, most: number): { rule: string; path: string; message: string }[] {
  const context: CompileContext = { ...offlineContext(), limits: { kinds: most } };
  const compiled = compile(input, context);
  return compiled.ok ? [] : compiled.problems;
}

test('a blueprint may name as many kinds as the limit allows, and Flux kinds do not count', () => {
  expect(problemsOf(blueprint(kinds(3, 'Outer'), kinds(2, 'Inner')), 5)).toEqual([]);
  expect(problemsOf(blueprint([...kinds(5, 'Outer'), ...kinds(5, 'Outer')], []), 5)).toEqual([]);
});

test('one kind more is one problem, at the place that names it, and says how many there are', () => {
  const [problem, ...others] = problemsOf(blueprint(kinds(9, 'Outer'), kinds(2, 'Inner')), 5);
  expect(others).toEqual([]);
  expect(problem?.rule).toBe('too-many');
  expect(problem?.path).toBe('spec.layers[0].dependsOnObjects[5]');
  expect(problem?.message).toContain('names 11 kinds');
  expect(problem?.message).toContain('5 are allowed');
});

test('a thousand invented kinds are refused as few are', () => {
  const problems = problemsOf(blueprint([], kinds(1000, 'Invented')), 32);
  expect(problems.map(({ rule }) => rule)).toEqual(['too-many']);
});
