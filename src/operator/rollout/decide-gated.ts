import { WHOLE_BLUEPRINT } from '../../api/names.ts';
import type { Approval } from '../../api/schema/revision/approval.ts';
import { toKey } from '../../core/objects/ownership.ts';
import { type Settledness, assessEnvironment } from '../../core/plan/settled.ts';
import { findIgnoredApprovals } from '../../core/rollout/approvals.ts';
import { type ChangePlan, type PlannedObject, planChange } from '../../core/rollout/change-plan.ts';
import { type Decision, type Stage, decideStages } from '../../core/rollout/decide.ts';
import { sidesOf } from '../../core/rollout/sides.ts';
import { type StagePlace, countDeletions, trackedIn } from '../../core/rollout/stages.ts';
import type { DesiredObject } from '../../core/objects/desired.ts';
import { distinctKinds } from '../../api/object.ts';
import { type Phase, proceed } from '../context/ending.ts';
import { digestInForce } from '../context/reconcile-context.ts';
import { recordEvent } from '../context/record-event.ts';
import { readExternal } from '../observe/external-dependencies.ts';
import { liveOf } from '../observe/live-object.ts';
import { readUnwatched } from '../observe/unwatched-objects.ts';
import { readApprovals } from './approvals.ts';
import { composeParts, loadAll, type States } from './compose-decided.ts';
import type { Decided, Deciding } from './deciding.ts';
import { environmentsOf } from './environments.ts';
import { requirementsOf } from './requirements.ts';

/** Decides what is in force by all gates. It may end the reconcile, while a revision is being compiled. */
export async function decideGated(deciding: Deciding): Promise<Phase<Decided[]>> {
  const { context, places, revision } = deciding;
  const loaded = await loadAll(
    deciding,
    places.flatMap(({ inForce }) => inForce ?? []),
  );
  if (!loaded.ok) return loaded;
  const { states } = loaded.value;
  const assess = await observeSettled(deciding, states);
  const unready = await findUnready(deciding);
  const stages = places.map((place) => toStage(deciding, place, states, unready(place)));
  const now = context.deps.clock.now();
  const decide = (approvals: readonly Approval[]): Decision[] =>
    decideStages({
      stages: stages.map((stage) => ({ ...stage, approval: approvalFor(approvals, stage.environment) })),
      wanted: revision,
      now,
      assess,
    });
  const first = decide([]);
  const waits = first.some(({ waitsFor }) => waitsFor !== undefined);
  const approvals = waits ? await readApprovals(deciding) : [];
  const decisions = approvals.length === 0 ? first : decide(approvals);
  const planned = await planWaiting(deciding, { places, stages, decisions });
  if (!planned.ok) return planned;
  return proceed(tellIgnored(deciding, planned.value, approvals));
}

/** Adds to each decision the change that waits: from what is in force by that decision. */
async function planWaiting(
  deciding: Deciding,
  made: { places: readonly StagePlace[]; stages: readonly Stage[]; decisions: readonly Decision[] },
): Promise<Phase<Decided[]>> {
  const decided: Decided[] = [];
  for (const [i, decision] of made.decisions.entries()) {
    const [place, stage] = [made.places[i], made.stages[i]];
    if (place === undefined || stage === undefined) continue;
    const { waitsFor } = decision;
    const plan =
      waitsFor === undefined ? proceed(undefined) : await planFrom(deciding, { place, stage, decision });
    if (!plan.ok) return plan;
    decided.push({ place, decision, plan: plan.value });
  }
  return proceed(decided);
}

/** The change from what is in force by a decision, which may be another revision than before. */
async function planFrom(
  deciding: Deciding,
  { place, stage, decision: { inForce } }: { place: StagePlace; stage: Stage; decision: Decision },
): Promise<Phase<ChangePlan>> {
  if (inForce === undefined || inForce.digest === place.inForce?.digest) return proceed(stage.plan);
  const loaded = await loadAll(deciding, [inForce]);
  if (!loaded.ok) return loaded;
  return proceed(toStage(deciding, { ...place, inForce }, loaded.value.states, []).plan);
}

function approvalFor(approvals: readonly Approval[], environment: string | undefined): Approval | undefined {
  const name = environment ?? WHOLE_BLUEPRINT;
  return approvals.find((approval) => approval.environment === name);
}

/** Tells whoever approved why an approval does not count. */
function tellIgnored(
  { context }: Deciding,
  decided: readonly Decided[],
  approvals: readonly Approval[],
): Decided[] {
  const plans = new Map(
    decided.map(({ place, plan }) => [place.environment ?? WHOLE_BLUEPRINT, plan?.digest] as const),
  );
  const ignored = findIgnoredApprovals(approvals, plans);
  const { memory } = context;
  const told = ignored.map(
    ({ environment, message }) => `the approval for ${environment} does not count: ${message}`,
  );
  for (const note of told)
    if (!memory.revisions.told.has(note))
      recordEvent(context, { type: 'Warning', reason: 'ApprovalIgnored', note });
  memory.revisions.told = new Set(told);
  const messages = new Map(ignored.map(({ environment, message }) => [environment, message]));
  return decided.map((one) => {
    const message = messages.get(one.place.environment ?? WHOLE_BLUEPRINT);
    const { waitsFor } = one.decision;
    if (message === undefined || waitsFor === undefined) return one;
    const added = `${waitsFor.message}; the approval that is there does not count: ${message}`;
    return { ...one, decision: { ...one.decision, waitsFor: { ...waitsFor, message: added } } };
  });
}

function toStage(
  { wanted, context, revision, compiling: { moved } }: Deciding,
  place: StagePlace,
  states: States,
  unready: readonly string[],
): Stage {
  const { environment, after, settings, inForce } = place;
  const { tracked } = context.progress;
  const environmentOf = environmentsOf(context);
  const state = inForce === undefined ? undefined : states.get(inForce.digest);
  const { before, after: wantedSide } = sidesOf(place, state, {
    ...{ wanted: wanted.desired, revision: revision.digest, tracked, environmentOf },
  });
  const digestOf = (object: PlannedObject): string =>
    'manifest' in object ? context.memory.compiled.digest(object as DesiredObject) : '';
  return {
    ...{ environment, after, settings, inForce, unready },
    deletions: countDeletions({ tracked, moved }, wanted.desired, place, environmentOf),
    there: inForce !== undefined || trackedIn(tracked, place, environmentOf).length > 0,
    plan: planChange<PlannedObject>(before, wantedSide, digestOf, moved),
    approval: undefined,
    known: inForce?.earlier.includes(revision.revision) === true,
  };
}

/** Observes what is in force, so that it can be asked whether an environment is settled. */
async function observeSettled(
  deciding: Deciding,
  states: States,
): Promise<(environment: string | undefined) => Settledness> {
  const { context, places } = deciding;
  const { memory, deps, progress } = context;
  const before = composeParts(deciding, places, states);
  const { desired } = before;
  deps.cache.use(toKey(context.key), distinctKinds(desired.objects.map(({ ref }) => ref)));
  if (before.digest === digestInForce(context))
    memory.objects.trustApplied(desired.objects, (object) => memory.compiled.digest(object));
  await readUnwatched(context, desired.objects);
  const observation = {
    tracked: progress.tracked,
    live: (object: DesiredObject) => liveOf(context, object),
    applied: (id: string) => memory.objects.applied(id),
    digest: (object: DesiredObject) => memory.compiled.digest(object),
    satisfied: (id: string) => memory.objects.isSatisfied(id),
    environmentOf: environmentsOf(context),
  };
  const known = new Map<string | undefined, Settledness>();
  return (environment) => {
    const answer = known.get(environment) ?? assessEnvironment(environment, desired, observation);
    known.set(environment, answer);
    return answer;
  };
}

/** Asks which of the objects that stages require are not ready, where the wanted revision waits. */
async function findUnready({
  context,
  places,
  revision,
}: Deciding): Promise<(place: StagePlace) => readonly string[]> {
  const waiting = places.filter(({ inForce }) => inForce?.digest !== revision.digest);
  const required = new Map(waiting.map((place) => [place, requirementsOf(context, place)] as const));
  const asked = [...required.values()].filter((one) => one !== undefined);
  if (asked.length === 0) return () => [];
  const unready = await readExternal(context, asked);
  return (place) => {
    const object = required.get(place);
    return object === undefined ? [] : unready(object);
  };
}
