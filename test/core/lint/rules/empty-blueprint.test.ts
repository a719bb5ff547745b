import { expect, test } from '@jest/globals';
import { lint } from '../../../../src/core/lint/lint.ts';
import { FLEET, inputOf, reportedBy } from '../linting.ts';

const RULE = 'empty-blueprint';

test.each<[string, object]>([
  ['has no field', {}],
  ['only says what would hold for its objects', { commonMetadata: { labels: { team: 'a' } } }],
  [
    'only names a source that exists already',
    { sources: [{ name: 'fleet', sourceRef: { kind: 'GitRepository', name: 'fleet' } }] },
  ],
])('a blueprint that %s is found', (_, spec) => {
  expect(reportedBy(RULE, spec)).toEqual(['warning spec blueprint']);
});

test('a blueprint that generates an object asks for something', () => {
  expect(reportedBy(RULE, { sources: [FLEET] })).toEqual([]);
  expect(reportedBy(RULE, { serviceAccountName: 'admin', namespaces: [{ name: 'apps' }] })).toEqual([]);
});

/** The rules that refuse a blueprint with this policy, beside Enforce. */
function enforced(policy: object): string[] {
  const { refused } = lint(inputOf({ policy: { antiPatterns: 'Enforce', ...policy } }));
  return refused.map(({ rule }) => rule);
}

test('Enforce refuses it, and an exception lets it pass', () => {
  expect(enforced({})).toEqual(['empty-blueprint']);
  const exceptions = [{ rule: RULE, target: 'blueprint', reason: 'it is filled later' }];
  expect(enforced({ exceptions })).toEqual([]);
});
