import { displayName } from '../../../api/object.ts';
import { toKey } from '../../objects/ownership.ts';
import type { Deployer } from '../../releases/deployments.ts';

/** Names an object that deploys the same, and its blueprint, for people. */
export function describeDeployer({ ref, owner }: Deployer): string {
  const name = displayName(ref);
  return owner === undefined
    ? `${name}, which no blueprint made,`
    : `${name} of FluxBlueprint ${toKey(owner)}`;
}
