import { expect, test } from '@jest/globals';
import { problemsOf } from '../../compiling.ts';
import { findingsOf, reportedBy } from '../linting.ts';

const RULE = 'shared-secret';

const SECRET = { name: 'app', secretStoreRef: { name: 'vault' }, dataFrom: [{ extract: { key: 'app' } }] };

const ENVIRONMENTS = [{ name: 'staging' }, { name: 'production', suffix: '', after: 'staging' }];

/** Two environments, and an ExternalSecret with these fields. */
function spec(fields: object, environments: readonly object[] = ENVIRONMENTS): object {
  return {
    serviceAccountName: 'admin',
    secrets: { externalSecrets: [{ ...SECRET, ...fields }] },
    environments,
  };
}

test('an ExternalSecret that makes the same Secret in each environment is reported once', () => {
  const found = findingsOf(spec({ target: { name: 'app' } })).filter(({ rule }) => rule === RULE);
  expect(found.map(({ severity, path, message }) => `${severity} ${path} ${message}`)).toEqual([
    'error spec.secrets.externalSecrets[0].target.name externalSecrets/app: makes Secret flux-system/app in each of the environments production, staging, and External Secrets lets only one of them own it: leave `target.name` out, or leave `namespace` out and give each environment one',
  ]);
});

test('one that makes a Secret of its own name, or in a namespace of its own, in each environment is right', () => {
  expect(reportedBy(RULE, spec({}))).toEqual([]);
  expect(reportedBy(RULE, spec({ target: {} }))).toEqual([]);
  const apart = ENVIRONMENTS.map((environment) => ({ ...environment, namespace: environment.name }));
  expect(reportedBy(RULE, spec({ target: { name: 'app' } }, apart))).toEqual([]);
});

test.each(['Merge', 'CreateOrMerge', 'None'])(
  'several may write a Secret with creationPolicy %s',
  (policy) => {
    expect(reportedBy(RULE, spec({ target: { name: 'app', creationPolicy: policy } }))).toEqual([]);
  },
);

test('a target of another kind is another object', () => {
  const manifest = { apiVersion: 'v1', kind: 'ConfigMap' };
  const items = [SECRET, { ...SECRET, name: 'other', target: { name: 'app', manifest } }];
  expect(problemsOf({ secrets: { externalSecrets: items } })).toEqual([]);
});

test('two items of the list that make the same Secret are refused, in whichever environments they do', () => {
  const other = { ...SECRET, name: 'other', target: { name: 'app' } };
  const problems = (environments: readonly object[]): string[] =>
    problemsOf({ secrets: { externalSecrets: [SECRET, other] }, environments }).map(
      ({ path, message }) => `${path}: ${message}`,
    );
  const remedy = 'give one of them another `target.name`, or put the keys of both into one';
  const path = 'spec.secrets.externalSecrets[1].target.name: externalSecrets/other';
  const first = '(spec.secrets.externalSecrets[0]) both make Secret flux-system/app';
  expect(problems([])).toEqual([`${path} and externalSecrets/app ${first}: ${remedy}`]);
  expect(problems(ENVIRONMENTS)).toContain(
    `${path} (production) and externalSecrets/app (production) ${first}: ${remedy}`,
  );
});
