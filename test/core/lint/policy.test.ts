import { expect, test } from '@jest/globals';
import { ANTI_PATTERNS } from '../../../src/api/schema/policy.ts';
import type { Enforcement, Finding, PolicyResult } from '../../../src/core/lint/lint.ts';
import { applyPolicy } from '../../../src/core/lint/policy.ts';

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

/** What a policy makes of some findings. */
function apply(
  found: readonly Finding[],
  policy?: Parameters<typeof applyPolicy>[1],
  floor?: Enforcement,
): PolicyResult {
  const report: Parameters<typeof applyPolicy>[0] = (take) => {
    found.forEach(take);
  };
  return applyPolicy(report, policy, floor);
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
    const { findings, refused } = apply(all, policy);
    expect(findings).toHaveLength(4);
    expect(refused).toEqual([]);
  },
);

test('Disabled reports nothing, not even about exceptions', () => {
  const exceptions = [{ rule: 'short-interval' as const, target: 'x', reason: 'y' }];
  expect(apply(all, { antiPatterns: 'Disabled', exceptions })).toEqual({ findings: [], refused: [] });
});

test('Enforce refuses for the warnings and errors that the blueprint itself says', () => {
  const { findings, refused } = apply(all, { antiPatterns: 'Enforce' });
  expect(findings).toHaveLength(4);
  expect(refused).toEqual([warning, error]);
  expect(apply([info, seen], { antiPatterns: 'Enforce' }).refused).toEqual([]);
});

test('an exception takes away the findings of its rule and target, and of no other', () => {
  const other = finding({ target: 'sources/other', path: 'spec.sources[1].git.interval' });
  const exceptions = [
    { rule: 'short-interval' as const, target: 'sources/fleet', reason: 'a webhook is not possible' },
  ];
  const { findings, refused } = apply([...all, other], { antiPatterns: 'Enforce', exceptions });
  expect(findings).toEqual([seen, info, other, error]);
  expect(refused).toEqual([other, error]);
});

test('an exception that matches nothing is reported itself, with the target that was meant', () => {
  const exceptions = [
    { rule: 'short-interval' as const, target: 'sources/fleet', reason: 'r' },
    { rule: 'short-interval' as const, target: 'sources/flet', reason: 'r' },
    { rule: 'wildcard-source' as const, target: 'alerts/on-call', reason: 'r' },
  ];
  const { findings, refused } = apply([warning], { antiPatterns: 'Enforce', exceptions });
  expect(refused).toEqual([]);
  expect(findings.map(({ rule, severity, path }) => `${rule} ${severity} ${path}`)).toEqual([
    'unused-exception info spec.policy.exceptions[1]',
    'unused-exception info spec.policy.exceptions[2]',
  ]);
  expect(findings[0]?.message).toMatch(/did you mean "sources\/fleet"\?/);
});

test('an exception from a rule that looks at the cluster may be needed again', () => {
  const exceptions = ANTI_PATTERNS.map((rule) => ({ rule, target: 'x', reason: 'r' }));
  const { findings } = apply([], { exceptions });
  const reported = findings.map(({ path }) => exceptions[Number(/\d+/.exec(path)?.[0])]?.rule);
  expect(reported).toEqual([
    'empty-blueprint',
    'mutable-ref',
    'no-decryption',
    'plaintext-secret',
    'shared-secret',
    'short-interval',
    'unbounded-wait',
    'undelivered-alert',
    'unreachable-path',
    'wildcard-source',
    'wrong-dependency',
  ]);
});

test('findings stay sorted by path', () => {
  const late = finding({ path: 'spec.sources[10].git.interval', target: 'a' });
  const early = finding({ path: 'spec.sources[9].git.interval', target: 'b' });
  expect(apply([late, early], undefined).findings).toEqual([early, late]);
});

/** Findings at so many paths, the last one first. */
function many(count: number, parts: Partial<Finding> = {}): Finding[] {
  return Array.from({ length: count }, (_, i) =>
    finding({ path: `spec.layers[${count - 1 - i}]`, message: 'm', ...parts }),
  );
}

test('of more than are listed, the first are, and the last finding counts the others', () => {
  const { findings, refused } = apply(many(150), { antiPatterns: 'Enforce' });
  const listed = Array.from({ length: 100 }, (_, i) => `spec.layers[${i}]`);
  expect(refused.map(({ path }) => path)).toEqual([...listed, '']);
  expect(refused.at(-1)).toMatchObject({
    rule: 'more-findings',
    message: 'and 50 more findings that `Enforce` refuses',
  });
  expect(findings).toEqual(refused);
});

test.each<[string, Partial<Finding>]>([
  ['infos', { severity: 'info' }],
  ['what the cluster shows', { seenIn: 'cluster' }],
])('%s hide nothing that refuses, however many there are', (_, parts) => {
  const late = finding({ path: 'spec.variables' });
  const others = many(20_000, { rule: 'missing-reference', path: 'spec.layers[0]', ...parts });
  const all = others.map((one, i) => ({ ...one, message: `m${i}` }));
  const { findings, refused } = apply([...all, late], { antiPatterns: 'Enforce' });
  expect(refused).toEqual([late]);
  expect(findings).toContain(late);
  expect(findings.length).toBeLessThanOrEqual(200);
  expect(findings.at(-1)).toMatchObject({ severity: 'info', message: 'and at least 10000 more findings' });
});

test('an exception hides only what it names, however many findings that is', () => {
  const late = finding({ path: 'spec.variables', target: 'variables' });
  const exceptions = [{ rule: 'short-interval' as const, target: 'sources/fleet', reason: 'r' }];
  const found = [...many(20_000), late];
  expect(apply(found, { antiPatterns: 'Enforce', exceptions }).refused).toEqual([late]);
  expect(apply(found, { exceptions }, 'Enforce').refused).toHaveLength(101);
});

test('as many findings of all classes as there may be fit into the list of a status', () => {
  const found = [...many(300), ...many(300, { severity: 'info' }), ...many(300, { seenIn: 'cluster' })];
  const exceptions = Array.from({ length: 100 }, (_, i) => ({
    rule: 'short-interval' as const,
    target: `t${i}`,
    reason: 'r',
  }));
  expect(apply(found, { exceptions }).findings).toHaveLength(200);
});
