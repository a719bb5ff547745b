import { objectId } from '../../api/object.ts';
import type { DesiredState } from '../../core/objects/desired.ts';
import { deploymentOf } from '../../core/releases/deployment.ts';
import type { Deployer } from '../../core/releases/deployments.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';

/**
 * What of others deploys the same as a desired object, by the id of the desired one; see `Cache.otherDeployer`. Objects
 * are asked for one by one only where something has changed since none was found.
 */
export function findOtherDeployers(
  { deps, key, memory: { lint } }: ReconcileContext,
  { objects }: DesiredState,
): ReadonlyMap<string, Deployer> {
  const found = new Map<string, Deployer>();
  const changes = deps.cache.deployments();
  if (lint.alone.get(objects) === changes) return found;
  for (const { ref, manifest } of objects) {
    const deployment = deploymentOf(manifest);
    const other = deployment && deps.cache.otherDeployer(key, ref, deployment);
    if (other !== undefined) found.set(objectId(ref), other);
  }
  if (found.size === 0) lint.alone.set(objects, changes);
  return found;
}
