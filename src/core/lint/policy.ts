import type { Spec } from '../../api/schema/spec.ts';
import { suggest } from '../values/suggest.ts';
import { compareRemarks, itemPath } from '../values/path.ts';
import type { Finding } from './model/finding.ts';
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

/**
 * Applies a blueprint's `policy` to its findings. With `Disabled` there are none. An exception removes the findings of
 * its rule and target. An exception that removes nothing becomes a finding of its own (`unused-exception`, `info`),
 * unless its rule needs a cluster.
 *
 * Returns the `findings` to report, and those of them for which `Enforce` refuses the blueprint (`refused`): warnings
 * and errors seen in the blueprint itself. An `info` never refuses a blueprint, because it is often intended. Neither
 * does a finding seen in the cluster, because a refused blueprint could not mend it.
 *
 * @param floor the laxest enforcement that the operator accepts. Default: `Disabled`.
 */
export function applyPolicy(
  findings: readonly Finding[],
  policy: Policy | undefined,
  floor: Enforcement = 'Disabled',
): { findings: Finding[]; refused: Finding[] } {
  const enforcement = enforcementOf(policy, floor);
  if (enforcement === 'Disabled') return { findings: [], refused: [] };
  // A blueprint cannot make exceptions from what the operator enforces.
  const exceptions = floor === 'Enforce' ? [] : (policy?.exceptions ?? []);
  const excepted = new Set(exceptions.map(keyOf));
  const matched = new Set(findings.map(keyOf));
  const unused = exceptions.flatMap((exception, i) =>
    matched.has(keyOf(exception)) || NEEDS_CLUSTER.has(exception.rule)
      ? []
      : [unusedException(exception, i, findings)],
  );
  const reported = [...findings.filter((finding) => !excepted.has(keyOf(finding))), ...unused].sort(
    compareRemarks,
  );
  return { findings: reported, refused: enforcement === 'Enforce' ? reported.filter(refuses) : [] };
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

function unusedException({ rule, target }: Exception, index: number, findings: readonly Finding[]): Finding {
  const targets = findings.filter((finding) => finding.rule === rule).map((finding) => finding.target);
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
