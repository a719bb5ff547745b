import type { KubeObject } from '../../api/object.ts';
import { LIVE_KINDS } from '../../core/import/live/live-kinds.ts';
import { AccessError } from '../session/access.ts';
import type { Session } from '../session/session.ts';

/** The objects of a cluster that an import reads, and the resources that the user may not list. */
export interface LiveList {
  objects: KubeObject[];
  hidden: string[];
}

/** Lists every kind that an import reads: in one namespace, or in all. A kind that the cluster lacks has no objects. */
export async function listLive({ access }: Session, namespace: string | undefined): Promise<LiveList> {
  const hidden: string[] = [];
  const lists = await Promise.all(
    LIVE_KINDS.map(async (kind) => {
      try {
        return await access.list(kind, { namespace }, (object) => object);
      } catch (failure) {
        if (!(failure instanceof AccessError)) throw failure;
        if (failure.reason === 'NoKindMatch') return [];
        // Within a namespace, what belongs to no namespace cannot be listed.
        if (failure.reason !== 'Forbidden') throw failure;
        hidden.push(failure.attempt.resource);
        return [];
      }
    }),
  );
  return { objects: lists.flat(), hidden: hidden.sort() };
}
