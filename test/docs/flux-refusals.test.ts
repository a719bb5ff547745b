import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ANTI_PATTERNS } from '../../src/api/schema/policy.ts';
import { goldenNames, readContext, readGolden } from '../core/golden/golden.ts';
import { compile } from '../../src/core/compile/compile.ts';

/** Needs a flag of the operator; see `test/core/compile/check/cross-namespace.test.ts`. */
const ELSEWHERE = new Set(['cross-namespace']);

const PAGE = new URL('../../docs/flux-refusals.md', import.meta.url);

/** The last cell of each row of the table. */
function told(): string[] {
  const rows = readFileSync(PAGE, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '));
  return rows.slice(2).map((row) => row.split('|').at(-2)?.trim() ?? '');
}

function rulesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, rule = '']) => rule);
}

test('every row says what is told, or why nothing is', () => {
  expect(told().length).toBeGreaterThan(40);
  for (const cell of told()) expect(cell).toMatch(/^(?:refused: `|`|not told|as above)/);
});

test('every finding that the table names is a rule of lint', () => {
  const findings = told()
    .filter((cell) => cell.startsWith('`'))
    .flatMap(rulesIn);
  expect(findings.filter((rule) => !(ANTI_PATTERNS as readonly string[]).includes(rule))).toEqual([]);
});

test('every kind of problem that the table names is shown by a golden blueprint', () => {
  const shown = new Set(
    goldenNames().flatMap((name) => {
      const compiled = compile(readGolden(name), readContext(name));
      return compiled.ok ? [] : compiled.problems.map(({ rule }) => rule);
    }),
  );
  const named = told()
    .filter((cell) => cell.startsWith('refused'))
    .flatMap(rulesIn);
  expect([...new Set(named)].filter((rule) => !shown.has(rule) && !ELSEWHERE.has(rule))).toEqual([]);
});
