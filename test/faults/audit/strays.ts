import { displayName, type KubeObject, refOf } from '../../../src/api/object.ts';
import { Label, MANAGED_BY } from '../../../src/api/names.ts';
import { externalSecret } from '../../../src/core/kinds/external-secret.ts';
import { GENERATED_KINDS } from '../../../src/core/kinds/index.ts';
import type { TestClient } from '../../harness/api-server/client.ts';
import { isBystander } from '../cluster/bystanders.ts';

/**
 * Everything generated that stands where no blueprint may write: in another namespace than that of its blueprint, and
 * in the namespaces that `isForbidden` names. Default: no others.
 */
export async function findStrays(
  client: TestClient,
  isForbidden: (namespace: string) => boolean = () => false,
): Promise<string[]> {
  const kinds = [...GENERATED_KINDS, externalSecret, { group: '', kind: 'Namespace' }];
  const lists = await Promise.all(kinds.map(({ group, kind }) => client.list(group, kind)));
  const isStray = ({ metadata: { labels = {}, namespace } }: KubeObject): boolean =>
    labels[Label.ManagedBy] === MANAGED_BY &&
    (labels[Label.Namespace] !== namespace || isForbidden(namespace ?? ''));
  return lists
    .flat()
    .filter((object) => !isBystander(object) && isStray(object))
    .map((object) => displayName(refOf(object)));
}
