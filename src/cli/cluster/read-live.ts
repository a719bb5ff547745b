import type { KubeObject } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import { listPlaces, selectGenerated } from '../../core/inspect/reconcile-targets.ts';
import { AccessError } from '../session/access.ts';
import type { Session } from '../session/session.ts';

/** What of the generated objects may be read, and the resources that may not. */
export async function readLive(
  { access }: Session,
  blueprint: Blueprint,
): Promise<{ found: KubeObject[]; hidden: string[] }> {
  const { namespace = '', name } = blueprint.metadata;
  const labels = selectGenerated({ namespace, name });
  const hidden = new Set<string>();
  const lists = await Promise.all(
    listPlaces(blueprint).map(async (place) => {
      try {
        return await access.list(place, { namespace: place.namespace, labels }, (object) => object);
      } catch (failure) {
        if (!(failure instanceof AccessError) || !SKIPPED.has(failure.reason)) throw failure;
        hidden.add(failure.attempt.resource);
        return [];
      }
    }),
  );
  return { found: lists.flat(), hidden: [...hidden] };
}

/** Why a kind may be left out of the tree: what the blueprint tells of it is shown then. */
const SKIPPED: ReadonlySet<string> = new Set(['Forbidden', 'NoKindMatch']);
