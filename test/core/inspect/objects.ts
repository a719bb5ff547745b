import { API_VERSION, KIND, REVISION_KIND } from '../../../src/api/names.ts';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import type { Revision } from '../../../src/api/schema/revision/revision.ts';
import type { Condition, Status } from '../../../src/api/schema/status.ts';

/** The moment at which these tests look, in milliseconds since the epoch. */
export const NOW = Date.parse('2026-11-30T12:00:00Z');

/** A time of RFC 3339, so many seconds before {@link NOW}. */
export function ago(seconds: number): string {
  return new Date(NOW - seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** The condition Ready of a blueprint's first generation. */
export function ready(status: Condition['status'], message: string, reason = 'Progressing'): Condition {
  return { type: 'Ready', status, reason, message, observedGeneration: 1, lastTransitionTime: ago(60) };
}

/** A live blueprint. */
export function liveBlueprint(
  name: string,
  status: Status | undefined,
  {
    spec = {},
    metadata = {},
  }: { spec?: Partial<Blueprint['spec']>; metadata?: Partial<Blueprint['metadata']> } = {},
): Blueprint {
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name, namespace: 'apps', generation: 1, creationTimestamp: ago(259_200), ...metadata },
    spec: spec,
    ...(status === undefined ? {} : { status }),
  };
}

/** A stored revision of the blueprint `platform`. */
export function liveRevision(
  revision: number,
  digest: string,
  {
    metadata = {},
    approvals,
  }: {
    metadata?: Partial<Revision['metadata']>;
    approvals?: NonNullable<Revision['status']>['approvals'];
  } = {},
): Revision {
  return {
    apiVersion: API_VERSION,
    kind: REVISION_KIND,
    metadata: {
      name: `platform-${revision}`,
      namespace: 'apps',
      creationTimestamp: ago(3_600 / revision),
      ...metadata,
    },
    spec: { blueprint: 'platform', revision, digest, snapshot: {} },
    ...(approvals === undefined ? {} : { status: { approvals } }),
  };
}
