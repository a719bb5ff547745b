import type { Spec } from '../../api/schema/spec.ts';
import { FirstRemarks } from '../values/first-remarks.ts';
import { suggest } from '../values/suggest.ts';
import { compareRemarks, itemPath } from '../values/path.ts';
import { type Finding, MORE_FINDINGS, type Severity } from './model/finding.ts';
import { RULES } from './rules/index.ts';

/** The `policy` of a blueprint. */
type Policy = NonNullable<Spec['policy']>;
type Exception = NonNullable<Policy['exceptions']>[number];

/** What happens to findings. */
export type Enforcement = NonNullable<Policy['antiPatterns']>;

/** All enforcements, from the laxest to the strictest. */
const STRICTNESS: readonly Enforcement[] = ['Disabled', 'Warn', 'Enforce'];

/** Rules whose exceptions may be needed again although they match no finding now. */
const NEEDS_CLUSTER: ReadonlySet<string> = new Set(
  RULES.filter(({ needsCluster }) => needsCluster === true).map(({ id }) => id),
);

/** What a blueprint's policy makes of its findings. */
export interface PolicyResult {
  /** The findings to report. */
  findings: readonly Finding[];
  /** Those of them for which `Enforce` refuses the blueprint; empty under any other policy. */
  refused: readonly Finding[];
}

/** The most findings that are listed: of those that refuse under `Enforce`, and of the others. */
const MAX_REFUSING = 100;
const MAX_OTHERS = 98;

/**
 * Applies a blueprint's `policy` to the findings that `find` reports. With `Disabled` there are none, and nothing is
 * looked for. An exception removes the findings of its rule and target. An exception that removes nothing becomes a
 * finding of its own (`unused-exception`, `info`), unless its rule needs a cluster.
 *
 * `Enforce` refuses a blueprint for warnings and errors seen in the blueprint itself. An `info` never refuses one,
 * because it is often intended. Neither does a finding seen in the cluster, because a refused blueprint could not mend
 * it. The first findings of both classes are listed, so that none of the others can hide one that refuses; a last
 * finding of each class (`more-findings`) counts the rest.
 *
 * @param floor the laxest enforcement that the operator accepts. Default: `Disabled`.
 */
export function applyPolicy(
  find: (report: (finding: Finding) => void) => void,
  policy: Policy | undefined,
  floor: Enforcement = 'Disabled',
): PolicyResult {
  const enforcement = enforcementOf(policy, floor);
  if (enforcement === 'Disabled') return { findings: [], refused: [] };
  // A blueprint cannot make exceptions from what the operator enforces.
  const exceptions = floor === 'Enforce' ? [] : (policy?.exceptions ?? []);
  const excepted = new Map(exceptions.map((exception) => [keyOf(exception), false]));
  const [refusing, others] = [new FirstRemarks<Finding>(MAX_REFUSING), new FirstRemarks<Finding>(MAX_OTHERS)];
  const targets = new Map<string, Set<string>>();
  find((finding) => {
    if (exceptions.length > 0) noteTarget(targets, finding);
    if (excepted.has(keyOf(finding))) excepted.set(keyOf(finding), true);
    else (refuses(finding) ? refusing : others).add(finding);
  });
  exceptions.forEach((exception, i) => {
    if (excepted.get(keyOf(exception)) === true || NEEDS_CLUSTER.has(exception.rule)) return;
    others.add(unusedException(exception, i, [...(targets.get(exception.rule) ?? [])]));
  });
  const refused = [...refusing.list(), ...countMore(refusing, 'warning', ' that `Enforce` refuses')];
  const listed = [...refusing.list(), ...others.list()].sort(compareRemarks);
  const findings = [...listed, ...refused.slice(refusing.list().length), ...countMore(others, 'info', '')];
  return { findings, refused: enforcement === 'Enforce' ? refused : [] };
}

/** The most targets of a rule from which one is suggested. */
const MAX_TARGETS = 200;

function noteTarget(targets: Map<string, Set<string>>, { rule, target }: Finding): void {
  const known = targets.get(rule) ?? new Set();
  targets.set(rule, known);
  if (known.size < MAX_TARGETS) known.add(target);
}

/** The finding that says how many more there are than are listed; none where all are. */
function countMore(found: FirstRemarks<Finding>, severity: Severity, which: string): Finding[] {
  const more = found.describeMore();
  if (more === undefined) return [];
  const message = `and ${more} more ${more === '1' ? 'finding' : 'findings'}${which}`;
  return [{ rule: MORE_FINDINGS, severity, path: '', target: '', message, seenIn: 'blueprint' }];
}

/**
 * Returns how strictly findings are treated: as the blueprint says (default: `Warn`), but no laxer than the operator's
 * floor (default: `Disabled`).
 */
export function enforcementOf(policy: Policy | undefined, floor: Enforcement = 'Disabled'): Enforcement {
  const wanted = policy?.antiPatterns ?? 'Warn';
  return STRICTNESS.indexOf(wanted) < STRICTNESS.indexOf(floor) ? floor : wanted;
}

function refuses({ severity, seenIn }: Finding): boolean {
  return severity !== 'info' && seenIn === 'blueprint';
}

function unusedException({ rule, target }: Exception, index: number, targets: readonly string[]): Finding {
  const known = targets.length === 0 ? '' : suggest(target, targets);
  return {
    rule: 'unused-exception',
    severity: 'info',
    path: itemPath('spec.policy.exceptions', index),
    target,
    message: `matches no finding of ${rule}: remove the exception, or correct its target${known}`,
    seenIn: 'blueprint',
  };
}

function keyOf({ rule, target }: { rule: string; target: string }): string {
  return `${rule}\n${target}`;
}
