import { revisionName } from '../../core/rollout/revision.ts';
import type { Approval } from '../../api/schema/revision/approval.ts';
import type { Revision } from '../../api/schema/revision/revision.ts';
import { asFailure } from '../../ports/cluster.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import type { Deciding } from './deciding.ts';
import { refOfRevision } from './load-revision.ts';

/** The approvals of the wanted revision. It is read again when its object has changed. */
export async function readApprovals({
  context,
  revision,
  revisions,
}: Deciding): Promise<readonly Approval[]> {
  const outline = revisions.find(revision.digest);
  if (outline === undefined) return [];
  const known = context.memory.revisions.approvals;
  if (known?.uid === outline.uid && known?.resourceVersion === outline.resourceVersion)
    return known?.approvals ?? [];
  const name = revisionName(context.key.name, revision.digest);
  try {
    return await read(context, name, revision.digest);
  } catch (thrown) {
    const error = asFailure(thrown).message;
    context.logger.warn('the approvals of a revision cannot be read', { revision: name, error });
    return [];
  }
}

async function read(context: ReconcileContext, name: string, digest: string): Promise<readonly Approval[]> {
  const { memory, deps, signal } = context;
  const found = (await deps.cluster.get(refOfRevision(context, name), { signal })) as unknown as
    Revision | undefined;
  if (found?.spec.digest !== digest) return [];
  const { uid, resourceVersion } = found.metadata;
  const approvals = found.status?.approvals ?? [];
  memory.revisions.approvals = { uid, resourceVersion, approvals };
  return approvals;
}
