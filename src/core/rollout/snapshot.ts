import type { Blueprint } from '../../api/schema/blueprint.ts';
import { NO_CONTENT, type StoredRevision } from './revision.ts';

/**
 * A blueprint as it was in one of its revisions. What no gate holds back is that of the present one, whatever was
 * stored of it: no digest covers it. Its version is that of the revision, so that it is compiled once.
 */
export function asRevision(
  blueprint: Blueprint,
  snapshot: Blueprint['spec'],
  { revision, digest }: StoredRevision,
): Blueprint {
  const { apiVersion, kind, metadata } = blueprint;
  const content = Object.entries(snapshot).filter(([field]) => !NO_CONTENT.has(field));
  const present = Object.entries(blueprint.spec).filter(([field]) => NO_CONTENT.has(field));
  return {
    ...{ apiVersion, kind },
    metadata: { ...metadata, uid: digest, generation: revision },
    spec: Object.fromEntries([...content, ...present]),
  };
}
