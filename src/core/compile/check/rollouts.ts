import type { Spec } from '../../../api/schema/spec.ts';
import { checkRollout } from '../../rollout/check-rollout.ts';
import type { Problems } from '../../validation/problem.ts';
import { itemPath } from '../../values/path.ts';

/** Checks the `rollout` of a blueprint and those of its environments. */
export function checkRollouts({ rollout, environments = [] }: Spec, problems: Problems): void {
  checkRollout(rollout, 'spec.rollout', problems);
  environments.forEach((environment, i) => {
    const path = `${itemPath('spec.environments', i)}.rollout`;
    checkRollout(environment.rollout, path, problems);
    const { soak } = environment.rollout ?? {};
    if (soak !== undefined && environment.after === undefined)
      problems.add(
        'misplaced',
        `${path}.soak`,
        'says how long the environment that `after` names must have been ready, and this one has no `after`: add it, or leave soak out',
      );
  });
}
