import { usualOwnRights } from '../compile/model/own-rights.ts';
import { Label } from '../../api/names.ts';
import { type Json, type KubeObject, type ObjectRef, displayName, objectId } from '../../api/object.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import type { Spec } from '../../api/schema/spec.ts';
import { environmentOf } from '../compile/environments/scopes.ts';
import type { DesiredObject } from '../objects/desired.ts';
import { type Tracked, refOfTracked } from '../objects/inventory.ts';
import { type BlueprintKey, ownershipOf } from '../objects/ownership.ts';
import { type Existing, resolveExisting } from '../plan/existing.ts';
import { emptyPlan } from '../plan/plan.ts';
import { isObject } from '../values/json.ts';
import type { DiffedObject, ObjectPair, Refusal } from './changes.ts';
import { projectLive } from './project-live.ts';

/** What is known of the cluster that a blueprint is compared with. */
export interface LiveState {
  key: BlueprintKey;
  /** The blueprint as it is to be. */
  spec: Pick<Spec, 'adoption' | 'serviceAccountName' | 'environments'>;
  /** The environments that it has now. */
  environments: NonNullable<Spec['environments']>;
  /** What it has generated, by its status. */
  tracked: readonly Tracked[];
  /** What is there, by id: of what it has generated, and of what it asks for. */
  live: ReadonlyMap<string, KubeObject>;
}

/** Which of the desired objects the operator would write, and why it would not write others. */
export interface Writable {
  objects: readonly DesiredObject[];
  /** Those that serve as they are, whoever they belong to. */
  theirs: readonly DesiredObject[];
  refusals: readonly Refusal[];
}

/** Sorts desired objects by whether the operator may write them, as it decides that itself. */
export function findWritable(desired: readonly DesiredObject[], state: LiveState): Writable {
  const existing = new Map(
    desired.map(({ id }): [string, Existing] => {
      const metadata = state.live.get(id)?.metadata;
      return [id, metadata === undefined ? { type: 'absent' } : { type: 'found', metadata }];
    }),
  );
  const apply = desired.map((object) => ({ object, cause: 'update', drift: [] }) as const);
  const { conflicts, theirs } = resolveExisting({ ...emptyPlan(), apply: [...apply] }, existing, {
    key: state.key,
    tracked: new Set(state.tracked.map(({ id }) => id)),
    adoption: state.spec.adoption,
    mayAdopt:
      state.spec.serviceAccountName !== undefined || usualOwnRights(state.key.namespace) === 'Cluster',
  });
  const excluded = new Set([...conflicts.map(({ object }) => object), ...theirs].map(({ id }) => id));
  return {
    objects: desired.filter(({ id }) => !excluded.has(id)),
    theirs,
    refusals: conflicts.map(({ object, owner, blueprint, needsAccount }) => ({
      ref: object.ref,
      message: `it exists, and belongs to ${owner}: ${adviseConflict(blueprint, needsAccount)}`,
    })),
  };
}

function adviseConflict(blueprint: boolean, needsAccount: boolean): string {
  if (blueprint) return 'take it out of one of the two, or name it differently';
  if (needsAccount) return 'to adopt it, the blueprint needs spec.serviceAccountName';
  return 'name it differently, or have it adopted by spec.adoption: Adopt';
}

/** A pair of what is there and what an apply makes of it, as the API server answered a dry run. */
export function pairWithAnswer(object: DesiredObject, live: KubeObject, answer: KubeObject): ObjectPair {
  return { before: { ...object, manifest: live }, after: { ...object, manifest: answer } };
}

/** The same without the API server: what is there counts as far as the operator has to do with it. */
export function pairWithFields(object: DesiredObject, live: KubeObject | undefined): ObjectPair {
  if (live === undefined) return { before: undefined, after: object };
  const manifest = withoutNulls(object.manifest as unknown as JsonObject) as unknown as KubeObject;
  return {
    before: { ...object, manifest: projectLive(live, manifest) },
    after: { ...object, manifest },
  };
}

/** Without fields that are null, which are absent to the API server. */
function withoutNulls(object: JsonObject): JsonObject {
  const fields = Object.entries(object).flatMap(([key, value]): [string, Json][] => {
    if (value === null || value === undefined) return [];
    return [[key, isObject(value) ? withoutNulls(value) : value]];
  });
  return Object.fromEntries(fields);
}

/** What the operator deletes, because nobody asks for it any more. What is gone, or another's by now, stays. */
export function pairsToDelete(desired: readonly DesiredObject[], state: LiveState): ObjectPair[] {
  const wanted = new Set(desired.map(({ id }) => id));
  const all = [...(state.spec.environments ?? []), ...state.environments];
  const environments = [...new Map(all.map((environment) => [environment.name, environment])).values()];
  return state.tracked.flatMap((one) => {
    const live = wanted.has(one.id) ? undefined : state.live.get(one.id);
    if (live === undefined || !ownershipOf(live.metadata, state.key, true).ours) return [];
    const ref = refOfTracked(one);
    const before: DiffedObject = {
      ref,
      manifest: live,
      layer: live.metadata.labels?.[Label.Layer],
      environment: environments.length === 0 ? undefined : environmentOf(environments, ref.name),
    };
    return [{ before, after: undefined }];
  });
}

/** The objects to read: what was generated, and what is asked for, each once. */
export function refsToRead(tracked: readonly Tracked[], desired: readonly DesiredObject[]): ObjectRef[] {
  const refs = [...tracked.map(refOfTracked), ...desired.map(({ ref }) => ref)];
  // What is asked for counts: it may be of another version of its API.
  return [...new Map(refs.map((ref) => [objectId(ref), ref])).values()];
}

/** What a refusal of the API server says, without the name of the object, which stands before it already. */
export function refusalOf({ ref }: DesiredObject, message: string): Refusal {
  return { ref, message: message.replace(`${displayName(ref)}: `, '') };
}
