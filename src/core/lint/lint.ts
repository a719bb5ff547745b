/**
 * Finds bad practice in a blueprint. `rules/` holds one file for each rule, listed in `rules/index.ts`; `model/` what
 * rules read and report; `policy.ts` what a blueprint's policy makes of the findings. Rules are pure: they see the
 * blueprint, its desired state, and what the caller knows about the cluster. Start with {@link lint}.
 */

import type { Spec } from '../../api/schema/spec.ts';
import { copyJson, cut } from '../values/truncate.ts';
import { targetOf } from './exception-target.ts';
import type { Breach, Finding, ReportBreach } from './model/finding.ts';
import type { LintInput, LintRule } from './model/input.ts';
import { type Enforcement, type PolicyResult, applyPolicy } from './policy.ts';
import { RULES } from './rules/index.ts';

export type { Finding, SeenIn, Severity } from './model/finding.ts';
export type { LintInput, Observed, ReferencedKind } from './model/input.ts';
export { RULES } from './rules/index.ts';
export { type Enforcement, type PolicyResult, enforcementOf } from './policy.ts';

/** The longest path and the longest message that a status accepts, in characters. */
const MAX_PATH = 512;
const MAX_MESSAGE = 1024;

/**
 * Finds bad practice in a blueprint and its desired state, and says what the blueprint's `policy` makes of it; see
 * {@link applyPolicy}. The same input gives the same findings, each once, sorted by path, rule and message. Takes
 * bounded memory, however much there is to find.
 *
 * @param floor the laxest enforcement that the operator accepts. Default: `Disabled`.
 */
export function lint(input: LintInput, floor?: Enforcement): PolicyResult {
  const { spec } = input.blueprint;
  const runRules = (report: (finding: Finding) => void): void => {
    for (const rule of RULES)
      rule.find(
        input,
        skipRepeated((found) => {
          report(complete(rule, found, spec));
        }),
      );
  };
  // What is listed is kept, and so shares no text with the blueprint.
  return copyJson(applyPolicy(runRules, spec.policy, floor));
}

/** Leaves out breaches that say the same as the one before, as those below a path that was cut do. */
function skipRepeated(report: ReportBreach): ReportBreach {
  let last: Breach | undefined;
  return (found) => {
    const repeated =
      last?.path === found.path && last.message === found.message && last.severity === found.severity;
    last = found;
    if (!repeated) report(found);
  };
}

function complete(rule: LintRule, found: Breach, spec: Spec): Finding {
  const target = targetOf(spec, found.path);
  return {
    rule: rule.id,
    severity: found.severity,
    path: cut(found.path, MAX_PATH),
    target,
    message: cut(`${target}: ${found.message}`, MAX_MESSAGE),
    seenIn: found.seenIn ?? 'blueprint',
  };
}
