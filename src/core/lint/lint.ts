/**
 * Finds bad practice in a blueprint. `rules/` holds one file for each rule, listed in `rules/index.ts`; `model/` what
 * rules read and report; `policy.ts` what a blueprint's policy makes of the findings. Rules are pure: they see the
 * blueprint, its desired state, and what the caller knows about the cluster. Start with {@link lint}.
 */

import type { Spec } from '../../api/schema/spec.ts';
import { compareRemarks } from '../values/path.ts';
import { targetOf } from './exception-target.ts';
import type { Breach, Finding } from './model/finding.ts';
import type { LintInput, LintRule } from './model/input.ts';
import { RULES } from './rules/index.ts';

export type { Finding, SeenIn, Severity } from './model/finding.ts';
export type { LintInput, Observed, ReferencedKind } from './model/input.ts';
export { RULES } from './rules/index.ts';
export { type Enforcement, applyPolicy, enforcementOf } from './policy.ts';

/** The longest path and the longest message that a status accepts, in characters. */
const MAX_PATH = 512;
const MAX_MESSAGE = 1024;

/**
 * Finds bad practice in a blueprint and its desired state. The same input gives the same findings, each once, sorted by
 * path, rule and message. {@link applyPolicy} then applies the blueprint's `policy` to them.
 */
export function lint(input: LintInput): Finding[] {
  const findings = new Map<string, Finding>();
  for (const rule of RULES) {
    for (const found of rule.find(input)) {
      const finding = complete(rule, found, input.blueprint.spec);
      findings.set(`${finding.path}\n${finding.rule}\n${finding.message}`, finding);
    }
  }
  return [...findings.values()].sort(compareRemarks);
}

function complete(rule: LintRule, found: Breach, spec: Spec): Finding {
  const target = targetOf(spec, found.path);
  return {
    rule: rule.id,
    severity: found.severity,
    path: clip(found.path, MAX_PATH),
    target,
    message: clip(`${target}: ${found.message}`, MAX_MESSAGE),
    seenIn: found.seenIn ?? 'blueprint',
  };
}

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
