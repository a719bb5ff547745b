import { splitApiVersion } from '../../api/object.ts';
import type { ComponentKind } from './kind.ts';

/** The kinds of those groups that belong to no namespace, as `group/Kind`. */
const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  'external-secrets.io/ClusterExternalSecret',
  'external-secrets.io/ClusterPushSecret',
  'external-secrets.io/ClusterSecretStore',
  'generators.external-secrets.io/ClusterGenerator',
]);

/** `object` → an object of the kind that it names. */
export function objectKind(apiVersion: string, kind: string): ComponentKind {
  const { group, version } = splitApiVersion(apiVersion);
  return {
    group,
    kind,
    version,
    clusterScoped: CLUSTER_SCOPED.has(`${group}/${kind}`),
    block: 'object',
    defaults: {},
    merge: { unions: [] },
    inherit: () => [],
    complete: () => undefined,
  };
}
