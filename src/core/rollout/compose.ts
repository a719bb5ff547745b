import { type DesiredObject, type DesiredState, compareByOrder } from '../objects/desired.ts';
import { equalJson, isObject, sortKeys } from '../values/json.ts';
import type { StoredRevision } from './revision.ts';

/** Which revision is in force in an environment; undefined where none is. */
export interface Part {
  /** Undefined for a blueprint without environments. */
  environment: string | undefined;
  /** The environment that comes before. What environments share does not follow one that has such. */
  after: string | undefined;
  inForce: StoredRevision | undefined;
}

/**
 * What is desired when environments have different revisions in force: of each environment what its revision says, and
 * of what they share what the newest says among those that follow no other. What an older one still shares stays until
 * none has it.
 *
 * @param revisions what each revision in force compiles to, by its digest
 * @param wanted what the blueprint says now: whether an object is suspended follows it, because that never waits
 */
export function composeDesired(
  parts: readonly Part[],
  revisions: ReadonlyMap<string, DesiredState>,
  wanted: DesiredState,
): DesiredState {
  const inForce = parts.filter(
    (part): part is Part & { inForce: StoredRevision } => part.inForce !== undefined,
  );
  const newestFirst = [...inForce].sort(
    (a, b) => Number(follows(a)) - Number(follows(b)) || b.inForce.revision - a.inForce.revision,
  );
  const objects = new Map<string, DesiredObject>();
  const take = (of: readonly DesiredObject[] = []): void => {
    for (const object of of) if (!objects.has(object.id)) objects.set(object.id, object);
  };
  const stateOf = ({ inForce: { digest } }: { inForce: StoredRevision }): readonly DesiredObject[] =>
    revisions.get(digest)?.objects ?? [];
  for (const part of inForce)
    take(
      stateOf(part).filter(
        ({ environment }) => environment !== undefined && environment === part.environment,
      ),
    );
  for (const part of newestFirst) take(stateOf(part).filter(({ environment }) => environment === undefined));
  const present = new Map(wanted.objects.map((object) => [object.id, object]));
  const composed = [...objects.values()].map((object) => suspendAs(object, present.get(object.id)));
  return { objects: composed.sort(compareByOrder), environments: wanted.environments };
}

function follows({ after }: Part): boolean {
  return after !== undefined;
}

/** An object that is suspended just as another version of it. */
function suspendAs(object: DesiredObject, other: DesiredObject | undefined): DesiredObject {
  const [spec, wanted] = [object.manifest['spec'], other?.manifest['spec']];
  if (object === other || !isObject(spec) || !isObject(wanted)) return object;
  if (equalJson(spec['suspend'], wanted['suspend'])) return object;
  const others = Object.fromEntries(Object.entries(spec).filter(([field]) => field !== 'suspend'));
  const { suspend } = wanted;
  // Compiled manifests have their keys sorted, and are compared by their digests.
  const changed = suspend === undefined ? others : sortKeys({ ...others, suspend });
  return { ...object, manifest: { ...object.manifest, spec: changed } };
}
