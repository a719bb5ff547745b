import type { Spec } from '../../api/schema/spec.ts';
import { directApply } from './rules/direct-apply.ts';
import { type Finding, type Breach, compareFindings } from './model/finding.ts';
import { forgottenSuspension } from './rules/forgotten-suspension.ts';
import type { LintInput, LintRule } from './model/input.ts';
import { missingDependsOn } from './rules/missing-depends-on.ts';
import { missingReference } from './rules/missing-reference.ts';
import { mutableRef } from './rules/mutable-ref.ts';
import { noDecryption } from './rules/no-decryption.ts';
import { plaintextSecret } from './rules/plaintext-secret.ts';
import { sharedSecret } from './rules/shared-secret.ts';
import { shortInterval } from './rules/short-interval.ts';
import { targetOf } from './exception-target.ts';
import { undeliveredAlert } from './rules/undelivered-alert.ts';
import { unboundedWait } from './rules/unbounded-wait.ts';
import { wildcardSource } from './rules/wildcard-source.ts';

export type { Finding, SeenIn, Severity } from './model/finding.ts';
export type { LintInput, Observed, ReferencedKind } from './model/input.ts';
export { type Enforcement, applyPolicy, enforcementOf } from './policy.ts';

/** Every rule, one for each of `ANTI_PATTERNS`, in their order. */
export const RULES: readonly LintRule[] = [
  directApply,
  forgottenSuspension,
  missingDependsOn,
  missingReference,
  mutableRef,
  noDecryption,
  plaintextSecret,
  sharedSecret,
  shortInterval,
  unboundedWait,
  undeliveredAlert,
  wildcardSource,
];

/** What the status takes of a path and of a message, in characters. */
const MAX_PATH = 512;
const MAX_MESSAGE = 1024;

/**
 * Finds bad practice in a blueprint and in what it compiled to. Pure; the same input gives the same findings, sorted
 * by path and then by rule, each once. What `policy` says of them is for {@link applyPolicy}.
 */
export function lint(input: LintInput): Finding[] {
  const findings = new Map<string, Finding>();
  for (const rule of RULES) {
    for (const found of rule.find(input)) {
      const finding = complete(rule, found, input.blueprint.spec);
      findings.set(`${finding.path}\n${finding.rule}\n${finding.message}`, finding);
    }
  }
  return [...findings.values()].sort(compareFindings);
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
