import { AUTHOR, IN_FORCE, WHOLE_BLUEPRINT } from '../../api/names.ts';
import type { ObjectMeta } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { Approval } from '../../api/schema/revision/approval.ts';
import type { Revision } from '../../api/schema/revision/revision.ts';
import { stagesOf } from '../rollout/in-force.ts';
import { hasDigest } from '../rollout/revision.ts';
import { ageOf } from '../text/age.ts';
import type { Cell, Table } from '../text/table.ts';

/** A stored revision as far as its row says it. */
export interface ListedRevision {
  metadata: ObjectMeta;
  spec: Pick<Revision['spec'], 'blueprint' | 'revision' | 'digest'>;
  approvals: readonly Approval[];
}

/** A revision without its snapshot, which is as large as a blueprint. */
export function outlineRevision({ metadata, spec, status }: Revision): ListedRevision {
  const { blueprint, revision, digest } = spec;
  return { metadata, spec: { blueprint, revision, digest }, approvals: status?.approvals ?? [] };
}

/** How many digits of a digest stand for it, as in the names of revisions. */
const SHOWN = 10;

/**
 * The revisions of a blueprint in their order: number, digest, where each is in force or waits, who wrote and who
 * approved it.
 *
 * @param now in milliseconds since the epoch
 * @param wide whether digests are shown in full
 */
export function tableOfRevisions(
  revisions: readonly ListedRevision[],
  blueprint: Blueprint,
  { now, wide }: { now: number; wide: boolean },
): Table {
  const sorted = [...revisions].sort((a, b) => a.spec.revision - b.spec.revision);
  return {
    headings: ['REVISION', 'DIGEST', 'IN-FORCE', 'AUTHOR', 'AGE', 'APPROVED-BY'],
    rows: sorted.map((revision) => {
      const { metadata, spec, approvals } = revision;
      return [
        String(spec.revision),
        wide ? spec.digest : spec.digest.replace(/^sha256:/, '').slice(0, SHOWN),
        describePlace(revision, blueprint),
        metadata.annotations?.[AUTHOR] ?? '',
        ageOf(metadata.creationTimestamp, now),
        approvals.map(describeApproval).join(', '),
      ];
    }),
  };
}

/** Where a revision is in force and, if it is the wanted one, where it waits. */
function describePlace({ metadata, spec: { digest } }: ListedRevision, blueprint: Blueprint): Cell {
  const stages = [...stagesOf(blueprint.status ?? {})];
  const isTold = stages.some(([, { inForce }]) => inForce !== undefined);
  const places = stages
    .filter(([, { inForce }]) => inForce?.digest === digest)
    .map(([environment]) => environment ?? 'yes');
  const waits = hasDigest(blueprint.spec, digest)
    ? stages
        .filter(([, { inForce, waitsFor }]) => waitsFor !== undefined && inForce?.digest !== digest)
        .map(([environment]) => (environment === undefined ? 'waits' : `waits in ${environment}`))
    : [];
  // Without a status, or with that of an older operator, what the operator noted at the revision is all there is.
  const noted = metadata.annotations?.[IN_FORCE];
  const known = isTold || noted === undefined ? places : [noted];
  const text = [...known, ...waits].join(', ');
  if (waits.length > 0) return { text, look: 'warning' };
  return known.length === 0 ? text : { text, look: 'good' };
}

function describeApproval({ environment, by = '' }: Approval): string {
  const who = by === '' ? 'somebody' : by;
  return environment === WHOLE_BLUEPRINT ? who : `${who} (${environment})`;
}
