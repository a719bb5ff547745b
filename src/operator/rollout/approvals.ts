import { revisionName } from '../../core/rollout/revision.ts';
import type { Revision } from '../../api/schema/revision/revision.ts';
import type { Approval } from '../../core/rollout/approvals.ts';
import { asFailure } from '../../ports/cluster.ts';
import type { Deciding } from './deciding.ts';
import { refOfRevision } from './load-revision.ts';

/** The approvals of the wanted revision. It is read again when its object has changed. */
export async function readApprovals({
  context,
  revision,
  revisions,
}: Deciding): Promise<readonly Approval[]> {
  const { memory, deps, signal, key, logger } = context;
  const outline = revisions.find(revision.digest);
  if (outline === undefined) return [];
  const { uid, resourceVersion } = outline;
  const known = memory.revisions.approvals;
  if (known?.uid === uid && known?.resourceVersion === resourceVersion) return known?.approvals ?? [];
  const name = revisionName(key.name, revision.digest);
  try {
    const found = (await deps.cluster.get(refOfRevision(context, name), { signal })) as unknown as
      Revision | undefined;
    if (found?.spec.digest !== revision.digest) return [];
    const approvals = found.status?.approvals ?? [];
    memory.revisions.approvals = { uid, resourceVersion: found.metadata.resourceVersion, approvals };
    return approvals;
  } catch (error) {
    logger.warn('the approvals of a revision cannot be read', {
      revision: name,
      error: asFailure(error).message,
    });
    return [];
  }
}
