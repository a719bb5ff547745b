import { FIELD_MANAGER, FINALIZER_MANAGER, STATUS_MANAGER } from '../../../api/names.ts';
import { displayName } from '../../../api/object.ts';
import { compare } from '../../values/path.ts';
import { warn } from '../model/finding.ts';
import type { LintRule } from '../model/input.ts';

const OURS: ReadonlySet<string> = new Set([FIELD_MANAGER, FINALIZER_MANAGER, STATUS_MANAGER]);

/** The most managers that a message names. */
const MAX_NAMED = 5;

/**
 * "Direct kubectl apply: bypasses GitOps": another manager owns fields of a generated object that the blueprint sets.
 * The operator restores its own values, so the other's change is lost, or the two overwrite each other again and again.
 */
export const directApply: LintRule = {
  id: 'direct-apply',
  needsCluster: true,
  find: ({ desired, observed }, report) => {
    for (const { ref, manifest, path } of desired.objects) {
      const managers = (observed?.otherManagers?.(ref, manifest) ?? []).filter(
        (manager) => !OURS.has(manager),
      );
      if (managers.length === 0) continue;
      const named = [...new Set(managers)].sort(compare).slice(0, MAX_NAMED).join(', ');
      const what = `${displayName(ref)} has fields that ${named} set directly`;
      const remedy = 'the operator puts back what the blueprint says; make the change in the blueprint';
      report(warn(path, `${what}: ${remedy}`, 'cluster'));
    }
  },
};
