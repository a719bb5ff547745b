import { warn } from '../model/finding.ts';
import type { LintRule } from '../model/input.ts';

/** A blueprint that generates nothing. If it generated objects before, all of them are deleted. */
export const emptyBlueprint: LintRule = {
  id: 'empty-blueprint',
  find: ({ desired }, report) => {
    if (desired.objects.length > 0) return;
    report(
      warn(
        'spec',
        'asks for nothing, so nothing is generated, and what it generated before is deleted: write what is to be deployed in `sources` and `layers`, or delete the blueprint',
      ),
    );
  },
};
