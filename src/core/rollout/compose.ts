import { type DesiredObject, type DesiredState, compareByOrder } from '../objects/desired.ts';
import type { StoredRevision } from './revision.ts';

/** Which revision is in force in an environment; undefined where none is. */
export interface Part {
  /** Undefined for a blueprint without environments. */
  environment: string | undefined;
  /** Whether it comes after another one: what environments share does not follow it. */
  follows: boolean;
  inForce: StoredRevision | undefined;
}

/**
 * What is desired when environments have different revisions in force: of each environment what its revision says, and
 * of what they share what the newest says among those that follow no other. What an older one still shares stays until
 * none has it.
 *
 * @param revisions what each revision in force compiles to, by its digest
 */
export function composeDesired(
  parts: readonly Part[],
  revisions: ReadonlyMap<string, DesiredState>,
  environments: DesiredState['environments'],
): DesiredState {
  const inForce = parts.filter(
    (part): part is Part & { inForce: StoredRevision } => part.inForce !== undefined,
  );
  const newestFirst = [...inForce].sort(
    (a, b) => Number(a.follows) - Number(b.follows) || b.inForce.revision - a.inForce.revision,
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
  return { objects: [...objects.values()].sort(compareByOrder), environments };
}
