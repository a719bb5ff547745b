import type { Spec } from '../../api/schema/spec.ts';
import { suggest } from '../values/suggest.ts';
import { itemPath } from '../values/path.ts';
import { type Finding, compareFindings } from './model/finding.ts';

/** `policy` of a blueprint. */
type Policy = NonNullable<Spec['policy']>;
type Exception = NonNullable<Policy['exceptions']>[number];

/** What is done with findings. */
export type Enforcement = NonNullable<Policy['antiPatterns']>;

/** From the laxest to the strictest. */
const STRICTNESS: readonly Enforcement[] = ['Disabled', 'Warn', 'Enforce'];

/** Rules that say nothing, or not everything, without a cluster: an exception from them may be needed again. */
const NEEDS_CLUSTER: ReadonlySet<string> = new Set([
  'direct-apply',
  'forgotten-suspension',
  'missing-depends-on',
  'missing-reference',
]);

/**
 * Applies `policy` to findings. `Disabled`: there are none. Exceptions take away the findings of their rule and
 * target; one that takes nothing away is itself a finding (`unused-exception`, information), unless its rule looks
 * at the cluster. `findings` are what is to be told; `refused` those of them for which `Enforce` refuses the
 * blueprint: warnings and errors that the blueprint itself says. Information never refuses, for it is often meant;
 * nor does what was seen in the cluster, for a blueprint that is not applied could neither mend it nor make what is
 * missing. `floor` is the least that the operator asks of every blueprint.
 */
export function applyPolicy(
  findings: readonly Finding[],
  policy: Policy | undefined,
  floor: Enforcement = 'Disabled',
): { findings: Finding[]; refused: Finding[] } {
  const enforcement = enforcementOf(policy, floor);
  if (enforcement === 'Disabled') return { findings: [], refused: [] };
  // What the operator enforces, a blueprint cannot except itself from.
  const exceptions = floor === 'Enforce' ? [] : (policy?.exceptions ?? []);
  const excepted = new Set(exceptions.map(keyOf));
  const matched = new Set(findings.map(keyOf));
  const unused = exceptions.flatMap((exception, i) =>
    matched.has(keyOf(exception)) || NEEDS_CLUSTER.has(exception.rule)
      ? []
      : [unusedException(exception, i, findings)],
  );
  const told = [...findings.filter((finding) => !excepted.has(keyOf(finding))), ...unused].sort(
    compareFindings,
  );
  return { findings: told, refused: enforcement === 'Enforce' ? told.filter(refuses) : [] };
}

/** How strictly findings are taken: as the blueprint says, and no less than the operator's floor. */
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
