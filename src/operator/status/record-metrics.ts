import type { FindingStatus, Status } from '../../api/schema/status.ts';
import { toKey } from '../../core/objects/ownership.ts';
import { suspensionAt } from '../../core/plan/suspension.ts';
import { parseTime } from '../../core/rollout/clock/times.ts';
import { isTrue } from '../../core/status/conditions.ts';
import type { BlueprintFigures } from '../../ports/metrics.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';

/** Records what a reconcile did and how it left the blueprint: once, however many objects it has. */
export function recordMetrics({ deps, key, progress, blueprint }: ReconcileContext): void {
  const { metrics, clock } = deps;
  if (metrics === undefined) return;
  metrics.countReconcile(progress.tally);
  const { blueprint: itself, generated } = suspensionAt(blueprint.spec, clock.now());
  metrics.setBlueprint(toKey(key), describeStatus(progress.status ?? {}, itself || generated));
}

function describeStatus(status: Status, suspended: boolean): BlueprintFigures {
  const { conditions = [], summary, findings = [] } = status;
  const { ready = 0, progressing = 0, blocked = 0, failed = 0, suspended: asleep = 0 } = summary ?? {};
  return {
    ready: isTrue(conditions, 'Ready'),
    stalled: isTrue(conditions, 'Stalled'),
    suspended,
    objects: { ready, progressing, blocked, failed, suspended: asleep },
    findings: countFindings(findings),
    waitingSince: findWaits(status),
  };
}

/** Since when the change that has waited longest waits, by gate. */
function findWaits({ waitsFor, environments = [] }: Status): Record<string, number> {
  const since: Record<string, number> = {};
  for (const wait of [waitsFor, ...environments.map((environment) => environment.waitsFor)]) {
    const began = parseTime(wait?.since);
    if (wait !== undefined && began !== undefined)
      since[wait.gate] = Math.min(since[wait.gate] ?? Infinity, began);
  }
  return since;
}

function countFindings(findings: readonly FindingStatus[]): Record<FindingStatus['severity'], number> {
  const counts = { info: 0, warning: 0, error: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}
