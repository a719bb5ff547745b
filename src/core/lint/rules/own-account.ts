import { splitApiVersion } from '../../../api/object.ts';
import { findAccount, findOtherAccount } from '../../kinds/account.ts';
import { isObject } from '../../values/json.ts';
import type { LintRule } from '../model/input.ts';

/**
 * An object that Flux applies by another account than the blueprint's, or by none: `unset`, an account in a block, in
 * `defaults` or in an environment on the same cluster, or an `object` that does not name the account. Whoever writes
 * the blueprint gets its account's rights and no others, and this would give more. The severity is `error`, because
 * Flux has all rights where nobody takes them from it.
 */
export const ownAccount: LintRule = {
  id: 'own-account',
  // Without the operator's flags a default account is not known, so the rule may find less.
  needsCluster: true,
  find: ({ blueprint, desired, defaultAccount }, report) => {
    const account = findAccount(blueprint.spec, defaultAccount);
    if (account === undefined) return;
    for (const object of desired.objects) {
      const { apiVersion, kind } = object.ref;
      const spec = object.manifest['spec'];
      const { group } = splitApiVersion(apiVersion);
      const other = isObject(spec) ? findOtherAccount({ group, kind }, spec, account) : undefined;
      if (other === undefined) continue;
      const path = other.written ? object.originOf(['serviceAccountName']) : object.path;
      report({ severity: 'error', path, message: other.message });
    }
  },
};
