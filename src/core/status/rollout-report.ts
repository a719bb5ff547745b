import type { EnvironmentStatus, RolloutStatus, Status } from '../../api/schema/status.ts';
import type { ChangePlan } from '../rollout/change-plan.ts';
import type { InForce } from '../rollout/decide.ts';
import type { ClosedGate } from '../rollout/gates.ts';
import { type KeptTimes, type StageStatus, describeInForce, stagesOf } from '../rollout/in-force.ts';
import type { StoredRevision } from '../rollout/revision.ts';
import { formatTime } from '../rollout/clock/times.ts';
import { clip } from '../values/truncate.ts';

/** What a reconcile decided about one environment, or about a blueprint without environments. */
export interface StageReport {
  /** Undefined for a blueprint without environments. */
  environment: string | undefined;
  inForce: InForce | undefined;
  keeps: KeptTimes;
  waitsFor: ClosedGate | undefined;
  /** The change that waits; undefined where none does. */
  plan: ChangePlan | undefined;
}

/** What a reconcile decided about what is in force. */
export interface RolloutReport {
  wanted: StoredRevision;
  stages: readonly StageReport[];
  /** In milliseconds since the epoch. */
  now: number;
}

/** The longest message of `waitsFor`, in characters. */
const MAX_MESSAGE = 1_200;

/** What the status says of the stages: of the whole blueprint, and of each environment. */
export function describeStages(
  before: Status,
  { stages, now }: RolloutReport,
): { whole: StageStatus; environments: ReadonlyMap<string, StageStatus> } {
  const known = stagesOf(before);
  let whole: StageStatus = {};
  const environments = new Map<string, StageStatus>();
  for (const stage of stages) {
    const { environment } = stage;
    const described = describeStage(stage, known.get(environment)?.waitsFor, now);
    if (environment === undefined) whole = described;
    else environments.set(environment, described);
  }
  return { whole, environments };
}

function describeStage(
  { inForce, keeps, waitsFor, plan }: StageReport,
  old: RolloutStatus['waitsFor'],
  now: number,
): StageStatus {
  return {
    ...(inForce === undefined ? {} : describeInForce(inForce, keeps)),
    ...(waitsFor === undefined ? {} : { waitsFor: describeGate(waitsFor, old, now) }),
    ...(waitsFor === undefined || plan === undefined ? {} : { plan: { ...plan, names: [...plan.names] } }),
  };
}

function describeGate(
  { gate, message, opens }: ClosedGate,
  old: RolloutStatus['waitsFor'],
  now: number,
): NonNullable<RolloutStatus['waitsFor']> {
  const since = old?.gate === gate ? old.since : formatTime(Math.trunc(now / 1000) * 1000);
  return {
    gate,
    message: clip(message, MAX_MESSAGE),
    since,
    ...(opens === undefined ? {} : { opens: formatTime(opens) }),
  };
}

/**
 * The environments of a status, with what was decided about each; without a decision, with what the status before says
 * of that. What was ready with the revision before is not said to be ready with another one that just came in force.
 *
 * @param reported the state of each environment's objects; undefined where it was not looked at
 */
export function describeEnvironments(
  before: Status,
  reported: readonly EnvironmentStatus[] | undefined,
  decided: ReadonlyMap<string, StageStatus> | undefined,
): EnvironmentStatus[] {
  const { environments: known = [] } = before;
  const states = new Map((reported ?? known).map((environment) => [environment.name, stateOf(environment)]));
  const kept = new Map(known.map((environment) => [environment.name, fieldsOf(environment)]));
  const names = decided === undefined ? states.keys() : new Set([...states.keys(), ...decided.keys()]);
  return [...names].map((name) => {
    const state = states.get(name) ?? { name, state: 'Pending', ready: 0, total: 0 };
    const fields = (decided ?? kept).get(name);
    const begins = reported === undefined && fields?.inForce?.digest !== kept.get(name)?.inForce?.digest;
    return { ...state, ...(begins && state.state === 'Ready' ? { state: 'Progressing' } : {}), ...fields };
  });
}

function stateOf({ name, state, ready, total }: EnvironmentStatus): EnvironmentStatus {
  return { name, state, ready, total };
}

function fieldsOf({ revision, inForce, waitsFor, plan }: EnvironmentStatus): StageStatus {
  return {
    ...(revision === undefined ? {} : { revision }),
    ...(inForce === undefined ? {} : { inForce }),
    ...(waitsFor === undefined ? {} : { waitsFor }),
    ...(plan === undefined ? {} : { plan }),
  };
}

/** The changes that wait, in words for a condition; undefined where none does. */
export function describeWaits({ wanted, stages }: RolloutReport): string | undefined {
  const waiting = stages.filter(({ waitsFor }) => waitsFor !== undefined);
  const [first] = waiting;
  if (first?.waitsFor === undefined) return undefined;
  const { environment, inForce, waitsFor } = first;
  const present = inForce === undefined ? '' : `revision ${inForce.revision} in force; `;
  const where = environment === undefined ? '' : ` in ${environment}`;
  const more = waiting.length > 1 ? ` (${waiting.length - 1} more environments wait too)` : '';
  return `${present}revision ${wanted.revision} waits${where}: ${waitsFor.message}${more}`;
}

/** Whether the changes wait for nothing but what the operator itself is bringing about. */
export function waitsForProgress({ stages }: RolloutReport): boolean {
  return stages.every(
    ({ waitsFor }) => waitsFor === undefined || (waitsFor.gate === 'After' && waitsFor.opens === undefined),
  );
}

/** Whether nothing was ever in force in a stage that waits. */
export function isUninstalled({ stages }: RolloutReport): boolean {
  return stages.some(({ inForce, waitsFor }) => inForce === undefined && waitsFor !== undefined);
}
