import type { ObjectMeta } from '../../api/object.ts';
import type { Spec } from '../../api/schema/spec.ts';
import type { DesiredObject } from '../objects/desired.ts';
import { LET_GO } from '../../api/names.ts';
import { type BlueprintKey, ownerOf, ownershipOf } from '../objects/ownership.ts';
import { compare } from '../values/path.ts';
import type { Plan } from './plan.ts';

/** What was found under the name of an object that is about to be applied. */
export type Existing =
  /** An object with this metadata. */
  | { type: 'found'; metadata: ObjectMeta }
  /** Nothing: whoever creates it meanwhile keeps it. */
  | { type: 'absent' }
  /** Nothing, and nothing can be: the cluster does not serve its version of the API. */
  | { type: 'unserved' };

/** An object that exists and is not ours. */
export interface Conflict {
  object: DesiredObject;
  /** Whose it is, in words. */
  owner: string;
  /** Whether another blueprint generated it. */
  blueprint: boolean;
  /** Whether it would be adopted if the blueprint had an account. */
  needsAccount: boolean;
}

/** The blueprint that would write, with what decides whether it may write an object that exists. */
export interface Writer {
  key: BlueprintKey;
  /** Ids in the stored inventory. */
  tracked: ReadonlySet<string>;
  adoption: Spec['adoption'];
  /**
   * Whether it writes with rights that its author may use for that: an account's, or those of an admin. With other
   * rights of the operator nothing is adopted, because they may be more than the author has.
   */
  mayAdopt: boolean;
  /** Whether an object that another blueprint let go is taken over from that. Default: none is. */
  takesOver?: (object: DesiredObject, letGoBy: string) => boolean;
}

/** The plan in the light of what exists already. */
export interface ResolvedPlan {
  /** Without the objects that must not, need not or cannot be applied. */
  plan: Plan;
  /** Objects of others: any of them refuses the blueprint. Sorted by id. */
  conflicts: Conflict[];
  /** Namespaces of others, which serve as well as our own. */
  theirs: DesiredObject[];
  /** Objects that the cluster does not serve now; they stand in `plan.blocked`. Sorted by id. */
  unserved: DesiredObject[];
  /** Ids of what was not there, and so may only be created. */
  absent: ReadonlySet<string>;
}

/** Decides about the objects of a plan that exist already. Pure: the plan that comes in is not changed. */
export function resolveExisting(
  plan: Plan,
  existing: ReadonlyMap<string, Existing>,
  writer: Writer,
): ResolvedPlan {
  const objects = plan.apply.map(({ object }) => object);
  const ofType = (type: Existing['type']): DesiredObject[] =>
    objects.filter(({ id }) => existing.get(id)?.type === type).sort((a, b) => compare(a.id, b.id));
  const foreign = ofType('found').flatMap(
    (object) => findConflict(object, existing.get(object.id), writer) ?? [],
  );
  const theirs = foreign.filter(({ object }) => isNamespace(object)).map(({ object }) => object);
  const unserved = ofType('unserved');
  const excluded = new Set([...theirs, ...unserved].map(({ id }) => id));
  const blocked = unserved.map((object) => ({ object, waitsFor: [describeLack(object)] }));
  return {
    plan: {
      ...plan,
      apply: plan.apply.filter(({ object }) => !excluded.has(object.id)),
      blocked: [...plan.blocked, ...blocked],
    },
    conflicts: foreign.filter(({ object }) => !isNamespace(object)),
    theirs,
    unserved,
    absent: new Set(ofType('absent').map(({ id }) => id)),
  };
}

function isNamespace({ ref }: DesiredObject): boolean {
  return ref.kind === 'Namespace';
}

function describeLack({ ref }: DesiredObject): string {
  return `the CRD of ${ref.kind} (${ref.apiVersion})`;
}

/**
 * An object of another blueprint is never adopted, because the two would fight over it for ever. Nor is a namespace,
 * with all that is in it.
 */
function findConflict(
  object: DesiredObject,
  existing: Existing | undefined,
  writer: Writer,
): Conflict | undefined {
  if (existing?.type !== 'found') return undefined;
  const { key, tracked, adoption, mayAdopt } = writer;
  const ownership = ownershipOf(existing.metadata, key, tracked.has(object.id));
  if (ownership.ours || isTakenOver(object, existing.metadata, writer)) return undefined;
  const { owner } = ownership;
  const blueprint = owner.startsWith('FluxBlueprint ');
  const adoptable = adoption === 'Adopt' && !isNamespace(object) && !blueprint;
  const needsAccount = adoptable && !mayAdopt;
  return adoptable && !needsAccount ? undefined : { object, owner, blueprint, needsAccount };
}

/** Whether nobody owns an object since a blueprint let it go, and this one takes it over from that. */
function isTakenOver(object: DesiredObject, metadata: ObjectMeta, { takesOver }: Writer): boolean {
  const letGoBy = metadata.annotations?.[LET_GO];
  if (letGoBy === undefined || takesOver === undefined || ownerOf(metadata) !== undefined) return false;
  return takesOver(object, letGoBy);
}
