import { objectId } from '../../api/object.ts';
import type { DesiredState } from '../../core/objects/desired.ts';
import { deploymentOf } from '../../core/releases/deployment.ts';
import type { Deployer } from '../../core/releases/deployments.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';

/** What of others deploys the same as a desired object, by the id of the desired one; see `Cache.otherDeployer`. */
export function findOtherDeployers(
  { deps, key }: ReconcileContext,
  { objects }: DesiredState,
): ReadonlyMap<string, Deployer> {
  const found = new Map<string, Deployer>();
  for (const { ref, manifest } of objects) {
    const deployment = deploymentOf(manifest);
    const other = deployment && deps.cache.otherDeployer(key, ref, deployment);
    if (other !== undefined) found.set(objectId(ref), other);
  }
  return found;
}
