import { helmRelease } from '../../kinds/helm-release.ts';
import { isOfKind } from '../../kinds/kind.ts';
import { deploymentOf } from '../../releases/deployment.ts';
import { describeRelease, releaseOf } from '../../releases/release.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import { isObject } from '../../values/json.ts';
import { describeDeployer } from '../model/describe-deployer.ts';
import { type Breach, warn } from '../model/finding.ts';
import type { LintInput, LintRule } from '../model/input.ts';

/**
 * A HelmRelease with the release of another one that this blueprint did not make. Two of one blueprint are refused;
 * this is known of the cluster alone, and refuses nothing.
 */
export const sharedRelease: LintRule = {
  id: 'shared-release',
  needsCluster: true,
  find: (input, report) => {
    for (const object of input.desired.objects) {
      const breach = checkRelease(object, input);
      if (breach !== undefined) report(breach);
    }
  },
};

function checkRelease({ ref, manifest, path }: DesiredObject, { observed }: LintInput): Breach | undefined {
  const { spec } = manifest;
  const deployment = deploymentOf(manifest);
  if (!isOfKind(ref, helmRelease) || !isObject(spec) || deployment === undefined) return undefined;
  const other = observed?.otherDeployer?.(ref, deployment);
  if (other === undefined) return undefined;
  const release = describeRelease(releaseOf(spec, { name: ref.name, namespace: ref.namespace ?? '' }));
  const message = `is the ${release}, as ${describeDeployer(other)} is: Flux upgrades one over the other in turns, and may uninstall it when either goes. Give one of them a \`releaseName\` or \`storageNamespace\` of its own`;
  return warn(path, message, 'cluster');
}
