import { expect, test } from '@jest/globals';
import { ANTI_PATTERNS } from '../../src/api/schema/policy.ts';
import { compile } from '../../src/core/compile/compile.ts';
import type { Problem } from '../../src/core/validation/problem.ts';
import { readContext, readGolden } from '../core/golden/golden.ts';
import { findingsOf, observing } from '../core/lint/linting.ts';
import { readRefusals } from '../harness/flux/refusal-table.ts';
import { SHOWN } from './refusals.ts';

const rows = readRefusals();
const shown = rows.filter(({ told }) => !told.startsWith('not told'));

test('every row says what is told, or why nothing is', () => {
  expect(rows.length).toBeGreaterThan(40);
  for (const { told } of rows) expect(told).toMatch(/^(?:refused: `|`|not told|as above)/);
});

test('every row that something is told of has an input that shows it, and no input is left over', () => {
  expect(Object.keys(SHOWN).sort()).toEqual(shown.map(({ title }) => title).sort());
});

test.each(shown)('$title: $told', ({ title, told, rules }) => {
  const input = SHOWN[title];
  if (input === undefined) throw new Error('no input shows this row');
  if ('finds' in input) {
    expect(rules.filter((rule) => !(ANTI_PATTERNS as readonly string[]).includes(rule))).toEqual([]);
    const observed = observing({ exists: () => false });
    const found = findingsOf(input.finds, { observed }).map(({ rule }) => rule as string);
    expect(rules.filter((rule) => !found.includes(rule))).toEqual([]);
    return;
  }
  const problems = problemsOf(input.golden);
  const toldAt = input.at.map(
    (path) => problems.find((problem) => problem.path === path)?.rule ?? `nothing at ${path}`,
  );
  if (told === 'as above') expect(toldAt.filter((rule) => rule.startsWith('nothing'))).toEqual([]);
  else expect([...new Set(toldAt)].sort()).toEqual([...rules].sort());
});

/** The problems of a golden blueprint. */
function problemsOf(golden: string): readonly Problem[] {
  const compiled = compile(readGolden(golden), readContext(golden));
  return compiled.ok ? [] : compiled.problems;
}
