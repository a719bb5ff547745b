import { displayName } from '../../../api/object.ts';
import { describeParent, remedyFor } from '../../adoption/find-parent.ts';
import { warn } from '../model/finding.ts';
import type { LintRule } from '../model/input.ts';

/**
 * A generated object that a parent applies too: the Kustomization, the Helm release or the ResourceSet that it came
 * from. The parent puts its own back at each of its reconciles, and may prune the object when its file goes.
 */
export const twoManagers: LintRule = {
  id: 'two-managers',
  needsCluster: true,
  find: ({ desired, observed }, report) => {
    for (const { ref, path } of desired.objects) {
      const found = observed?.parent?.(ref);
      if (found === undefined) continue;
      const { parent, place = '' } = found;
      const what = `${displayName(ref)} is applied by ${describeParent(parent)}${place} too`;
      const harm = 'each puts its own back, the blueprint once a minute at most';
      report(warn(path, `${what}: ${harm}: ${remedyFor(parent)}`, 'cluster'));
    }
  },
};
