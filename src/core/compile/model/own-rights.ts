import { isAllowedGroup } from '../../../api/groups.ts';
import { externalSecret } from '../../kinds/external-secret.ts';
import { GENERATED_KINDS } from '../../kinds/index.ts';

/**
 * What the operator does with its own rights for a blueprint without an account. `Namespace`: what it may, in the
 * blueprint's own namespace. `Limited`: the same, but nothing with the kinds that are kept for admins. `Cluster`:
 * what it may, everywhere.
 */
export type OwnRights = 'Namespace' | 'Limited' | 'Cluster';

/**
 * The use of the operator's own rights for blueprints of a namespace. Where there are admins, the operator has rights
 * for their sake, and blueprints of other namespaces must not gain by them.
 *
 * @param adminNamespaces the namespaces of `--admin-namespaces`
 */
export function ownRightsIn(namespace: string, adminNamespaces: readonly string[] = []): OwnRights {
  if (adminNamespaces.includes(namespace)) return 'Cluster';
  return adminNamespaces.length === 0 ? 'Namespace' : 'Limited';
}

/** The namespace whose blueprints `config/default` takes for an admin's: that of Flux itself. */
const USUAL_ADMIN_NAMESPACE = 'flux-system';

/** What commands take for the use of the operator's own rights, which cannot know the flags of the operator. */
export function usualOwnRights(namespace: string): OwnRights {
  return namespace === USUAL_ADMIN_NAMESPACE ? 'Cluster' : 'Namespace';
}

/** Kinds that a blueprint without an account may generate in any namespace: those of the role in `config/rbac`. */
const FOR_EVERYBODY: ReadonlySet<string> = new Set(
  [...GENERATED_KINDS, externalSecret].map(({ group, kind }) => `${group}/${kind}`),
);

/** Whether the operator has rights to a kind for the blueprints of admins alone. */
export function isKeptForAdmins({ group, kind }: { group: string; kind: string }): boolean {
  if (group === '') return kind === 'Namespace';
  return isAllowedGroup(group) && !FOR_EVERYBODY.has(`${group}/${kind}`);
}
