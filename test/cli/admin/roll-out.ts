import type { ObjectRef } from '../../../src/api/object.ts';
import type { Client } from '../../harness/api-server/environment.ts';

/** Says of a Deployment, if it is there, what the controllers of Kubernetes would when its pods are ready. */
export async function markRolledOut({ cluster }: Client, ref: ObjectRef): Promise<void> {
  const found = await cluster.get(ref);
  if (found === undefined) return;
  const { replicas = 1 } = found['spec'] as { replicas?: number };
  const observedGeneration = found.metadata.generation;
  await cluster.mergeStatus(
    ref,
    { status: { observedGeneration, replicas, updatedReplicas: replicas, readyReplicas: replicas } },
    { fieldManager: 'kubernetes-stand-in' },
  );
}
