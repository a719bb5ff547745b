import type { KubeObject } from '../../../src/api/object.ts';
import type { TestClient } from './client.ts';
import { waitFor } from '../wait-for.ts';

const CRD = 'apiextensions.k8s.io/v1';

/** A CustomResourceDefinition. */
export interface Crd extends KubeObject {
  spec: { versions: { name: string; schema: object }[] };
  status?: unknown;
}

/** Names a CRD. */
export function crdRef(name: string): { apiVersion: string; kind: string; name: string } {
  return { apiVersion: CRD, kind: 'CustomResourceDefinition', name };
}

/** Installs a removed CRD, with its old spec or a changed one, and waits until its kind is served. */
export type InstallAgain = (change?: (spec: Crd['spec']) => Crd['spec']) => Promise<void>;

/** Deletes a CRD and waits until its kind is gone; answers how to install it again. */
export async function removeCrd(client: TestClient, name: string): Promise<InstallAgain> {
  const found = (await client.cluster.get(crdRef(name))) as Crd | undefined;
  if (found === undefined) throw new Error(`there is no CRD ${name}`);
  await client.cluster.delete(crdRef(name));
  await untilServed(client, name, false);
  return async (change = (spec) => spec) => {
    const { annotations, labels } = found.metadata;
    const metadata = { name, ...(annotations && { annotations }), ...(labels && { labels }) };
    await client.transport.request({
      method: 'POST',
      path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      body: { apiVersion: CRD, kind: 'CustomResourceDefinition', metadata, spec: change(found.spec) },
    });
    await untilServed(client, name, true);
  };
}

/** A small kind, with a status, whose objects may hold anything. */
export interface Kind {
  group: string;
  version: string;
  kind: string;
  plural: string;
  scope?: 'Namespaced' | 'Cluster';
}

/** Installs the CRD of a small kind and waits until it is served. */
export async function installKind(
  client: TestClient,
  { group, version, kind, plural, scope }: Kind,
): Promise<void> {
  const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const openAPIV3Schema = { type: 'object', properties: { spec: anything, status: anything } };
  await client.apply({
    apiVersion: CRD,
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: scope ?? 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema },
        },
      ],
    },
  });
  await untilServed(client, `${plural}.${group}`, true);
}

async function untilServed(client: TestClient, name: string, wanted: boolean): Promise<void> {
  const [plural = ''] = name.split('.');
  await waitFor(`${name} is ${wanted ? 'served' : 'gone'}`, async () => {
    await client.discovery.refresh();
    const group = name.slice(plural.length + 1);
    const type = client.discovery.inGroup(group).find((served) => served.plural === plural);
    if (type === undefined || !wanted) return (type !== undefined) === wanted;
    // Discovery lists a kind a little before its objects can be listed.
    return client.list(group, type.kind).then(() => true);
  });
}
