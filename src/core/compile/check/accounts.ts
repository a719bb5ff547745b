import type { Blueprint } from '../../../api/schema/blueprint.ts';
import { findAccount, findOtherAccount } from '../../kinds/account.ts';
import type { CompileContext } from '../model/context.ts';
import { type Item, displayTitle, originIn } from '../model/item.ts';
import type { Problems } from '../../validation/problem.ts';

/** What a problem says of the operator's flag. */
const FLAG = 'the operator runs with --require-service-account';

/**
 * Under `--require-service-account`, refuses a blueprint without an account, unless it is an admin's, and each item
 * that Flux would apply by another one. The rule `own-account` only reports the latter, and a blueprint's `policy` can
 * silence it.
 */
export function checkAccounts(
  items: readonly Item[],
  { spec }: Blueprint,
  context: CompileContext,
  problems: Problems,
): void {
  if (context.requireAccount !== true) return;
  const account = findAccount(spec, context.defaultAccount);
  if (account === undefined && context.ownRights === 'Cluster') return;
  if (account === undefined) {
    problems.add(
      'no-account',
      'spec.serviceAccountName',
      `is required, because ${FLAG}: name a ServiceAccount of this namespace that may write what the blueprint asks for`,
    );
    return;
  }
  for (const item of items) {
    const other = findOtherAccount(item.kind, item.spec, account);
    if (other === undefined) continue;
    const path = other.written ? originIn(item, ['serviceAccountName']) : item.path;
    problems.within(item).add('own-account', path, `${displayTitle(item)} ${other.message} (${FLAG})`);
  }
}
