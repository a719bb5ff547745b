import { GROUP } from '../../../src/api/names.ts';
import type { ControlPlane } from '../../control-plane/index.ts';
import type { TestClient } from '../../harness/api-server/client.ts';
import { bindRole, writeAccountKubeconfig } from '../../harness/api-server/service-accounts.ts';

/** The rights that an operator needs in each namespace that it watches, as in docs/operations.md. */
const RULES = [
  { apiGroups: [GROUP], resources: ['fluxblueprints'], verbs: ['get', 'list', 'watch', 'patch'] },
  { apiGroups: [GROUP], resources: ['fluxblueprints/status'], verbs: ['patch'] },
  {
    apiGroups: [GROUP],
    resources: ['fluxblueprintrevisions'],
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  },
  { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['list', 'watch', 'impersonate'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['list', 'watch', 'create', 'patch'] },
  ...['source', 'kustomize', 'helm', 'notification'].map((group) => ({
    apiGroups: [`${group}.toolkit.fluxcd.io`],
    resources: ['*'],
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  })),
];

/** Makes an account with a Role in each of some namespaces and no other right, and writes a kubeconfig for it. */
export async function writeScopedKubeconfig(
  controlPlane: ControlPlane,
  client: TestClient,
  namespaces: readonly string[],
): Promise<string> {
  const [home = ''] = namespaces;
  const name = 'scoped-operator';
  await client.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: home } });
  const account = { namespace: home, name };
  for (const namespace of namespaces) await bindRole(client, { namespace, name }, RULES, account);
  return writeAccountKubeconfig(controlPlane, client.transport, account);
}
