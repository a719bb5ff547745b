import { expect, test } from '@jest/globals';
import { ANTI_PATTERNS } from '../../../src/api/schema/policy.ts';
import { type Finding, applyPolicy } from '../../../src/core/lint/lint.ts';

function finding(parts: Partial<Finding> = {}): Finding {
  return {
    rule: 'short-interval',
    severity: 'warning',
    path: 'spec.sources[0].git.interval',
    target: 'sources/fleet',
    message: 'sources/fleet: …',
    seenIn: 'blueprint',
    ...parts,
  };
}

const warning = finding();
const error = finding({
  rule: 'plaintext-secret',
  severity: 'error',
  path: 'spec.variables',
  target: 'variables',
});
const info = finding({ rule: 'mutable-ref', severity: 'info', path: 'spec.sources[0].git.ref' });
const seen = finding({ rule: 'missing-reference', path: 'spec.secrets', seenIn: 'cluster' });
const all = [warning, info, seen, error];

test.each([undefined, {}, { antiPatterns: 'Warn' as const }])(
  'by %j everything is reported and nothing refused',
  (policy) => {
    const { findings, refused } = applyPolicy(all, policy);
    expect(findings).toHaveLength(4);
    expect(refused).toEqual([]);
  },
);

test('Disabled reports nothing, not even about exceptions', () => {
  const exceptions = [{ rule: 'short-interval' as const, target: 'x', reason: 'y' }];
  expect(applyPolicy(all, { antiPatterns: 'Disabled', exceptions })).toEqual({ findings: [], refused: [] });
});

test('Enforce refuses for the warnings and errors that the blueprint itself says', () => {
  const { findings, refused } = applyPolicy(all, { antiPatterns: 'Enforce' });
  expect(findings).toHaveLength(4);
  expect(refused).toEqual([warning, error]);
  expect(applyPolicy([info, seen], { antiPatterns: 'Enforce' }).refused).toEqual([]);
});

test('an exception takes away the findings of its rule and target, and of no other', () => {
  const other = finding({ target: 'sources/other', path: 'spec.sources[1].git.interval' });
  const exceptions = [
    { rule: 'short-interval' as const, target: 'sources/fleet', reason: 'a webhook is not possible' },
  ];
  const { findings, refused } = applyPolicy([...all, other], { antiPatterns: 'Enforce', exceptions });
  expect(findings).toEqual([seen, info, other, error]);
  expect(refused).toEqual([other, error]);
});

test('an exception that matches nothing is reported itself, with the target that was meant', () => {
  const exceptions = [
    { rule: 'short-interval' as const, target: 'sources/fleet', reason: 'r' },
    { rule: 'short-interval' as const, target: 'sources/flet', reason: 'r' },
    { rule: 'wildcard-source' as const, target: 'alerts/on-call', reason: 'r' },
  ];
  const { findings, refused } = applyPolicy([warning], { antiPatterns: 'Enforce', exceptions });
  expect(refused).toEqual([]);
  expect(findings.map(({ rule, severity, path }) => `${rule} ${severity} ${path}`)).toEqual([
    'unused-exception info spec.policy.exceptions[1]',
    'unused-exception info spec.policy.exceptions[2]',
  ]);
  expect(findings[0]?.message).toMatch(/did you mean "sources\/fleet"\?/);
});

test('an exception from a rule that looks at the cluster may be needed again', () => {
  const exceptions = ANTI_PATTERNS.map((rule) => ({ rule, target: 'x', reason: 'r' }));
  const { findings } = applyPolicy([], { exceptions });
  const reported = findings.map(({ path }) => exceptions[Number(/\d+/.exec(path)?.[0])]?.rule);
  expect(reported).toEqual([
    'mutable-ref',
    'no-decryption',
    'plaintext-secret',
    'shared-secret',
    'short-interval',
    'unbounded-wait',
    'undelivered-alert',
    'wildcard-source',
  ]);
});

test('findings stay sorted by path', () => {
  const late = finding({ path: 'spec.sources[10].git.interval', target: 'a' });
  const early = finding({ path: 'spec.sources[9].git.interval', target: 'b' });
  expect(applyPolicy([late, early], undefined).findings).toEqual([early, late]);
});
