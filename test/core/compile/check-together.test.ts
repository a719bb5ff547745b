import { expect, test } from '@jest/globals';
import { type CompiledBlueprint, checkTogether } from '../../../src/core/compile/check-together.ts';
import { compile } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';

/** A blueprint of namespace `ns`, compiled. */
function compiled(name: string, spec: object): CompiledBlueprint {
  const key = { namespace: 'ns', name };
  const head = { apiVersion: 'fluxblueprint.io/v1beta1', kind: 'FluxBlueprint' };
  const result = compile({ ...head, metadata: key, spec }, offlineContext());
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return { key, desired: result.desired };
}

/** The rules and paths of what is wrong, for each blueprint. */
function rulesOf(...blueprints: CompiledBlueprint[]): string[][] {
  return checkTogether(blueprints).map((problems) => problems.map(({ rule, path }) => `${rule} ${path}`));
}

test('an object of two blueprints is a problem of the later one', () => {
  const [one, two] = [gitSource('one'), gitSource('two')];
  const first = compiled('first', { sources: [one], layers: [layer('apps'), layer('more')] });
  const second = compiled('second', { sources: [two], layers: [layer('apps')] });
  const third = compiled('third', { sources: [gitSource('three')], layers: [layer('other')] });
  expect(rulesOf(first, second, third)).toEqual([[], ['same-object spec.layers[0]'], []]);
  expect(checkTogether([first, second])[1]?.[0]?.message).toContain('which FluxBlueprint ns/first makes too');
});

test('a namespace may be made by several', () => {
  const namespaces = [{ name: 'shop' }];
  const account = { serviceAccountName: 'deployer' };
  const of = (name: string): CompiledBlueprint =>
    compiled(name, { ...account, namespaces, sources: [gitSource(name)] });
  expect(rulesOf(of('first'), of('second'))).toEqual([[], []]);
});

test('a blueprint that stands there twice is one problem, however many objects it makes', () => {
  const spec = { sources: [gitSource()], layers: [layer('apps')] };
  expect(rulesOf(compiled('same', spec), compiled('same', spec))).toEqual([
    [],
    ['same-blueprint metadata.name'],
  ]);
});
