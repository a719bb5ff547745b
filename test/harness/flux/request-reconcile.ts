import { RECONCILE_REQUEST } from '../../../src/api/names.ts';
import { GENERATED_KINDS } from '../../../src/core/kinds/index.ts';
import type { TestClient } from '../api-server/client.ts';

/**
 * Asks Flux to reconcile an object now, as `flux reconcile` does, or a webhook after a push.
 * @param where a tenant, or a client and the namespace of the object
 * @param kind a kind that blueprints generate
 */
export async function requestReconcile(
  { client, namespace }: { readonly client: TestClient; readonly namespace: string },
  kind: string,
  name: string,
): Promise<void> {
  const group = GENERATED_KINDS.find((generated) => generated.kind === kind)?.group ?? '';
  const type = client.discovery.find(group, kind);
  if (type === undefined) throw new Error(`${kind} is not served`);
  const ref = { apiVersion: `${group}/${type.version}`, kind, namespace, name };
  const annotations = { [RECONCILE_REQUEST]: new Date().toISOString() };
  const merged = await client.cluster.merge(ref, { metadata: { annotations } }, { fieldManager: 'flux' });
  if (merged === undefined) throw new Error(`there is no ${kind} ${name}`);
}
