/**
 * The changes of a blueprint that wait, worked out from what is in the cluster as the operator works them out: from the
 * revision in force to what the blueprint says now. So a person can see a plan in full before approving it, and that
 * its digest is the one which the status tells. Everything is pure. Begin with {@link findWaiting}.
 */
import type { KubeObject } from '../../api/object.ts';
import type { Approval } from '../../api/schema/revision/approval.ts';
import type { PlanStatus, RolloutStatus } from '../../api/schema/status.ts';
import { compile } from '../compile/compile.ts';
import { type BlueprintDiff, type ObjectChange, changesOf, describeDeletion } from '../diff/changes.ts';
import type { DesiredObject, DesiredState } from '../objects/desired.ts';
import { readInventory } from '../objects/inventory.ts';
import { isApprovalOf } from '../rollout/approvals.ts';
import { type PlannedObject, type Side, planChange } from '../rollout/change-plan.ts';
import { stagesOf } from '../rollout/in-force.ts';
import { digestText } from '../rollout/revision.ts';
import { sidesOf } from '../rollout/sides.ts';
import type { StagePlace } from '../rollout/stages.ts';
import { describeProblem } from '../validation/problem.ts';
import { type RevisedBlueprint, environmentsIn, findRevision, statesInForce } from './in-force-states.ts';

/** A change that waits in an environment, or in a blueprint without environments. */
export interface WaitingChange {
  /** Undefined for a blueprint without environments. */
  environment: string | undefined;
  waitsFor: NonNullable<RolloutStatus['waitsFor']>;
  /** As the operator tells it; undefined where it told none. */
  plan: PlanStatus | undefined;
  /** The digest that was worked out here. */
  digest: string;
  /** Whether both are the same, so that what is shown is what an approval is for. */
  verified: boolean;
  /** The number of the revision in force; undefined where none is known. */
  inForce: number | undefined;
  diff: BlueprintDiff;
}

/** What waits of a blueprint. */
export interface Waiting {
  /** The number of the wanted revision; undefined where it is not stored. */
  revision: number | undefined;
  /** The approvals of that revision. */
  approvals: readonly Approval[];
  changes: readonly WaitingChange[];
}

/** Finds what waits of a blueprint, or says in words why that cannot be told. */
export function findWaiting(revised: RevisedBlueprint): Waiting | string {
  const { blueprint, context, digest, places } = revised;
  const compiled = compile(blueprint, context);
  if (!compiled.ok) {
    const [first] = compiled.problems;
    return `what the blueprint says does not compile: ${first === undefined ? '' : describeProblem(first)}`;
  }
  const stored = findRevision(revised, digest);
  const told = stagesOf(blueprint.status ?? {});
  const states = statesInForce(revised);
  const changes = places.flatMap((place) => {
    const { waitsFor, plan } = told.get(place.environment) ?? {};
    if (waitsFor === undefined) return [];
    const found = planAt(revised, place, states, compiled.desired);
    const { environment, inForce } = place;
    const verified = plan?.digest === found.digest;
    return [{ environment, waitsFor, plan, verified, inForce: inForce?.revision, ...found }];
  });
  return { revision: stored?.spec.revision, approvals: stored?.status?.approvals ?? [], changes };
}

function planAt(
  revised: RevisedBlueprint,
  place: StagePlace,
  states: ReadonlyMap<string, DesiredState>,
  wanted: DesiredState,
): Pick<WaitingChange, 'digest' | 'diff'> {
  const { blueprint, digest: revision } = revised;
  const { metadata, status } = blueprint;
  const tracked = readInventory(status);
  const environmentOf = environmentsIn(revised);
  const state = place.inForce === undefined ? undefined : states.get(place.inForce.digest);
  const { before, after } = sidesOf(place, state, { wanted, revision, tracked, environmentOf });
  const plan = planChange<PlannedObject>(before, after, (object) =>
    isWhole(object) ? digestManifest(object.manifest) : '',
  );
  const changes = compareSides(before, after);
  const diff: BlueprintDiff = {
    key: { namespace: metadata.namespace ?? '', name: metadata.name },
    compared: 'from what is in force to what is wanted',
    hasEnvironments: wanted.environments.length > 0,
    changes,
    unchanged: after.objects.length - changes.filter(({ action }) => action !== 'delete').length,
    refusals: [],
  };
  return { digest: plan.digest, diff };
}

function isWhole(object: PlannedObject): object is DesiredObject {
  return 'manifest' in object;
}

/** As the operator has it. Compiled manifests have their keys sorted. */
function digestManifest(manifest: KubeObject): string {
  return digestText(JSON.stringify(manifest));
}

/** What differs. Of what is there by an inventory alone, nobody knows the fields. */
function compareSides(before: Side<PlannedObject>, after: Side<DesiredObject>): ObjectChange[] {
  const old = new Map(before.objects.map((object) => [object.id, object]));
  const wanted = new Set(after.objects.map(({ id }) => id));
  const deleted = before.objects.filter(({ id, keep }) => !wanted.has(id) && !keep).map(deletionOf);
  const others = after.objects.flatMap((object) => {
    const known = old.get(object.id);
    if (known === undefined || isWhole(known)) return changesOf([{ before: known, after: object }]).changes;
    return [updateOf(object)];
  });
  return [...deleted, ...others];
}

function deletionOf(object: PlannedObject): ObjectChange {
  const { ref } = object;
  const whole = isWhole(object) ? object : undefined;
  return {
    action: 'delete',
    ref,
    environment: whole?.environment,
    layer: whole?.layer,
    path: undefined,
    consequence: whole === undefined ? undefined : describeDeletion(whole.manifest),
    fields: [],
  };
}

function updateOf({ ref, environment, layer, path }: DesiredObject): ObjectChange {
  return { action: 'update', ref, environment, layer, path, consequence: undefined, fields: [] };
}

/** The approval of a waiting change that counts; undefined where there is none. */
export function findApproval(
  approvals: readonly Approval[],
  environment: string,
  plan: string,
): Approval | undefined {
  return approvals.find((one) => one.environment === environment && isApprovalOf(one, { digest: plan }));
}
