import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { Revision } from '../../api/schema/revision/revision.ts';
import { compile } from '../compile/compile.ts';
import { environmentOf } from '../compile/environments/scopes.ts';
import type { CompileContext } from '../compile/model/context.ts';
import type { DesiredState } from '../objects/desired.ts';
import { type Tracked, refOfTracked } from '../objects/inventory.ts';
import { readInForce } from '../rollout/in-force.ts';
import { type StoredRevision, digestSpec, hasDigest } from '../rollout/revision.ts';
import { asRevision } from '../rollout/snapshot.ts';
import { type StagePlace, placeStages } from '../rollout/stages.ts';

/** A blueprint of a cluster with its revisions, as the operator sees them. */
export interface RevisedBlueprint {
  blueprint: Blueprint;
  /** The stored revisions that are this blueprint's, and hold what their digest says. */
  revisions: readonly Revision[];
  /** The digest of what the blueprint says now. */
  digest: string;
  places: readonly StagePlace[];
  context: CompileContext;
}

/** Puts together what is known of a blueprint. A revision that is another's, or was tampered with, is left out. */
export function readRevised(
  blueprint: Blueprint,
  stored: readonly Revision[],
  context: CompileContext,
): RevisedBlueprint {
  const { uid } = blueprint.metadata;
  const revisions = stored.filter(
    ({ metadata, spec: { snapshot, digest } }) =>
      metadata.ownerReferences?.some((owner) => owner.controller === true && owner.uid === uid) === true &&
      hasDigest(snapshot, digest),
  );
  const inForce = readInForce(blueprint.status ?? {}, {
    has: (digest) => revisions.some(({ spec }) => spec.digest === digest),
    find: (number) => revisions.map(({ spec }) => spec).find(({ revision }) => revision === number),
  });
  // Which gates there are does not change what a plan says.
  const floors = { requireApproval: false };
  const places = placeStages({ spec: blueprint.spec, inForce, floors });
  return { blueprint, revisions, digest: digestSpec(blueprint.spec), places, context };
}

/** The stored revision of a digest; undefined where there is none. */
export function findRevision({ revisions }: RevisedBlueprint, digest: string): Revision | undefined {
  return revisions.find(({ spec }) => spec.digest === digest);
}

/** A blueprint as it was in one of its revisions. */
export function blueprintAt({ blueprint }: RevisedBlueprint, { spec }: Revision): Blueprint {
  return asRevision(blueprint, spec.snapshot, spec);
}

/** What a revision compiles to; undefined where it is not stored, or compiles no more. */
export function stateAt(revised: RevisedBlueprint, digest: string): DesiredState | undefined {
  const revision = findRevision(revised, digest);
  if (revision === undefined) return undefined;
  const compiled = compile(blueprintAt(revised, revision), revised.context);
  return compiled.ok ? compiled.desired : undefined;
}

/** What each revision in force compiles to, by its digest. One that cannot be used is missing. */
export function statesInForce(revised: RevisedBlueprint): Map<string, DesiredState> {
  const digests = new Set(revised.places.flatMap(({ inForce }) => inForce?.digest ?? []));
  const states = new Map<string, DesiredState>();
  for (const digest of digests) {
    const state = stateAt(revised, digest);
    if (state !== undefined) states.set(digest, state);
  }
  return states;
}

/** The environment of what stands in an inventory: one of the present spec, or of a revision in force. */
export function environmentsIn(revised: RevisedBlueprint): (tracked: Tracked) => string | undefined {
  const { blueprint, places } = revised;
  const inForce = places.flatMap((place) => {
    const found = findRevision(revised, place.inForce?.digest ?? '');
    return found === undefined ? [] : [blueprintAt(revised, found).spec];
  });
  const byName = new Map<string, { name: string; suffix?: string }>();
  for (const { environments = [] } of [blueprint.spec, ...inForce])
    for (const { name, suffix } of environments)
      if (!byName.has(name)) byName.set(name, { name, ...(suffix === undefined ? {} : { suffix }) });
  const all = [...byName.values()];
  return all.length === 0 ? () => undefined : (tracked) => environmentOf(all, refOfTracked(tracked).name);
}

/** Whether a stored revision is what the blueprint says now. */
export function isWanted({ digest }: RevisedBlueprint, { spec }: { spec: StoredRevision }): boolean {
  return spec.digest === digest;
}
