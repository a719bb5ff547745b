import type { FindingStatus, Status } from '../../api/schema/status.ts';
import { isTrue } from '../../core/status/conditions.ts';
import type { BlueprintFigures } from '../../ports/metrics.ts';
import type { Pass } from '../context/reconcile-context.ts';
import { suspensionAt } from '../../core/plan/suspension.ts';

/** Tells the metrics what a pass did and how it left the blueprint. Once a pass, however many objects it has. */
export function tellMetrics(key: string, { deps, tally, status, blueprint }: Pass): void {
  const { metrics } = deps;
  if (metrics === undefined) return;
  metrics.countReconcile(tally);
  const suspension = suspensionAt(blueprint.spec, deps.clock.now());
  metrics.setBlueprint(key, describeStatus(status ?? {}, suspension.blueprint || suspension.generated));
}

function describeStatus(
  { conditions = [], summary, findings = [] }: Status,
  suspended: boolean,
): BlueprintFigures {
  const { ready = 0, progressing = 0, blocked = 0, failed = 0, suspended: asleep = 0 } = summary ?? {};
  return {
    ready: isTrue(conditions, 'Ready'),
    stalled: isTrue(conditions, 'Stalled'),
    suspended,
    objects: { ready, progressing, blocked, failed, suspended: asleep },
    findings: countFindings(findings),
  };
}

function countFindings(findings: readonly FindingStatus[]): Record<FindingStatus['severity'], number> {
  const counts = { info: 0, warning: 0, error: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}
