import { PlaintextSearch } from '../../credentials/plaintext-search.ts';
import type { LintRule } from '../model/input.ts';

/**
 * "Secrets in Git (plaintext): security breach". The rule reads the blueprint as it was written. So it also finds
 * values that an environment overrides or leaves out, because these lie in Git too. The form of a value counts
 * everywhere; the name of its field counts where people choose the names (a chart's values, variables, patches,
 * templates, objects).
 */
export const plaintextSecret: LintRule = {
  id: 'plaintext-secret',
  find: ({ blueprint }, report) => {
    new PlaintextSearch(({ path, what }) => {
      const whom = 'for everyone who can read the blueprint or its repository';
      const message = `holds ${what} as plain text, ${whom}; change it, and ${remedyFor(path)}`;
      report({ severity: 'error', path, message });
    }).search(blueprint.spec, 'spec');
  },
};

/** Where the value belongs, by the path at which it was found. The first match counts. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/\.helmRelease\.values\b/, 'put it in a Secret that `valuesFrom` names'],
  [/\.substitute\b/, 'put it in a Secret that `substituteFrom` names'],
  [
    /^spec\.notifications\.providers\[\d+\]\.address$/,
    'put it in a Secret under the key `address`, named by `secretRef`',
  ],
  [/^spec\.notifications\.providers\[\d+\]\.proxy$/, 'put it in a Secret that `proxySecretRef` names'],
  [/\.(?:url|endpoint)$/, 'put it in a Secret that `secretRef` names'],
  [/\.patches\[|\.patch$/, 'deliver it as a Secret, encrypted with SOPS or made by an ExternalSecret'],
];

function remedyFor(path: string): string {
  const [, remedy] = REMEDIES.find(([pattern]) => pattern.test(path)) ?? [];
  const kept = 'itself encrypted with SOPS or made by an ExternalSecret';
  if (remedy === undefined) return `put it in a Secret, ${kept}, and refer to that`;
  return remedy.includes('SOPS') ? remedy : `${remedy}, ${kept}`;
}
