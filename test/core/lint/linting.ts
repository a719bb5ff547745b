import { compile } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import { type Finding, type LintInput, type Observed, lint } from '../../../src/core/lint/lint.ts';
import { blueprintOf } from '../compiling.ts';

/** The present of the tests. */
export const NOW = '2026-03-15T12:00:00Z';

/** A Git source that no rule has anything to say of. */
export const FLEET = {
  name: 'fleet',
  git: { url: 'https://example.com/fleet.git', ref: { branch: 'main' } },
};

/** What is linted: a spec, compiled. Throws when it is refused. */
export function inputOf(spec: unknown, parts: Partial<LintInput> = {}): LintInput {
  const blueprint = blueprintOf(spec) as Blueprint;
  const compiled = compile(blueprint, offlineContext());
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return { blueprint, desired: compiled.desired, ...parts };
}

/** What is found in a spec. */
export function findingsOf(spec: unknown, parts: Partial<LintInput> = {}): readonly Finding[] {
  return lint(inputOf(spec, parts)).findings;
}

/** What one rule finds, each as `severity path target`. */
export function reportedBy(rule: string, spec: unknown, parts: Partial<LintInput> = {}): string[] {
  return findingsOf(spec, parts)
    .filter((finding) => finding.rule === rule)
    .map(({ severity, path, target }) => `${severity} ${path} ${target}`);
}

/** A cluster of which only this is known: all that is asked for exists, and nothing is live. */
export function observing(parts: Partial<Observed> = {}): Observed {
  return { live: () => undefined, exists: () => true, ...parts };
}

/** A text without its `¦`: credentials are written with one, so that no scanner takes a test for a leak. */
export function whole(text: string): string {
  return text.replaceAll('¦', '');
}
