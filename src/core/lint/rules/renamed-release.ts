import { helmRelease } from '../../kinds/helm-release.ts';
import { isOfKind } from '../../kinds/kind.ts';
import { describeRelease } from '../../releases/release.ts';
import { findRenamed } from '../../releases/renamed.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import { type Breach, warn } from '../model/finding.ts';
import type { LintInput, LintRule } from '../model/input.ts';

/**
 * A HelmRelease whose release becomes another one by a change of the blueprint: by its name, its storage namespace
 * or its cluster. Flux uninstalls the release that it had, with what that holds, and installs another.
 */
export const renamedRelease: LintRule = {
  id: 'renamed-release',
  needsCluster: true,
  find: (input, report) => {
    for (const object of input.desired.objects) {
      const breach = checkRelease(object, input);
      if (breach !== undefined) report(breach);
    }
  },
};

function checkRelease(
  { ref, manifest, ...object }: DesiredObject,
  { observed }: LintInput,
): Breach | undefined {
  if (!isOfKind(ref, helmRelease)) return undefined;
  const renamed = findRenamed(observed?.live(ref)?.['spec'], manifest['spec'], ref);
  if (renamed === undefined) return undefined;
  const message = `was the ${describeRelease(renamed.before)}, and becomes the ${describeRelease(renamed.after)}: Flux uninstalls the first and installs the second. To keep it, say its \`releaseName\` and \`storageNamespace\`, and leave its \`kubeConfig\` as it was`;
  return warn(object.path, message);
}
