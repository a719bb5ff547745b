import { expect, test } from '@jest/globals';
import { type CompileContext, offlineContext } from '../../../../src/core/compile/model/context.ts';
import { FLEET, objectsOf, problemsOf } from '../../compiling.ts';

const REQUIRED: CompileContext = { ...offlineContext(), requireAccount: true };
const APPS = { sources: [FLEET], layers: [{ name: 'apps', kustomization: {} }] };
const UNSET = { name: 'apps', kustomization: {}, unset: ['serviceAccountName'] };
const NAMED = { ...APPS, serviceAccountName: 'deployer' };

function refusedAt(spec: object, context = REQUIRED): string[] {
  return problemsOf(spec, context).map(({ rule, path }) => `${rule} ${path}`);
}

test('a blueprint without an account is refused, with what to do', () => {
  expect(problemsOf(APPS, REQUIRED)).toEqual([
    {
      rule: 'no-account',
      path: 'spec.serviceAccountName',
      message:
        'is required, because the operator runs with --require-service-account: name a ServiceAccount of this namespace that may write what the blueprint asks for',
    },
  ]);
  expect(refusedAt({})).toEqual(['no-account spec.serviceAccountName']);
});

test('the account of an environment is none of the blueprint', () => {
  const environments = [{ name: 'staging', serviceAccountName: 'deployer' }];
  expect(refusedAt({ ...APPS, environments })).toEqual(['no-account spec.serviceAccountName']);
});

test("with an account of its own, or the operator's default one, it compiles", () => {
  expect(objectsOf(NAMED, REQUIRED)).toHaveLength(2);
  expect(objectsOf(APPS, { ...REQUIRED, defaultAccount: 'deployer' })).toHaveLength(2);
});

test('without the flag neither is refused', () => {
  expect(refusedAt(APPS, offlineContext())).toEqual([]);
  expect(refusedAt({ ...NAMED, layers: [UNSET] }, offlineContext())).toEqual([]);
});

test.each([
  ['Disabled', { antiPatterns: 'Disabled' }],
  ['Warn', { antiPatterns: 'Warn' }],
  ['an exception', { exceptions: [{ rule: 'own-account', target: 'apps', reason: 'we like it so' }] }],
])('an object with another account is refused whatever `policy` says: %s', (_, policy) => {
  const block = { name: 'apps', kustomization: { serviceAccountName: 'admin' } };
  expect(refusedAt({ ...NAMED, layers: [UNSET], policy })).toEqual(['own-account spec.layers[0]']);
  expect(refusedAt({ ...NAMED, layers: [block], policy })).toEqual([
    'own-account spec.layers[0].kustomization.serviceAccountName',
  ]);
});

test('every object with another account is named, with its environment and the flag', () => {
  const environments = [{ name: 'staging', serviceAccountName: 'admin' }, { name: 'production' }];
  const [problem] = problemsOf({ ...NAMED, environments }, REQUIRED);
  expect(problem?.path).toBe('spec.environments[0].serviceAccountName');
  expect(problem?.message).toMatch(
    /^apps \(staging\) is applied as ServiceAccount admin in place of deployer, .*--require-service-account\)$/,
  );
  expect(refusedAt({ ...NAMED, environments })).toHaveLength(1);
});

test('an environment on another cluster has accounts of its own', () => {
  const kubeConfig = { secretRef: { name: 'production' } };
  const environments = [{ name: 'production', kubeConfig, serviceAccountName: 'remote' }];
  expect(refusedAt({ ...NAMED, environments })).toEqual([]);
});
