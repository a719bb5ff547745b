import type { KubeConfig } from '@kubernetes/client-node';
import type { KubeObject } from '../../../src/api/object.ts';
import { ApiCluster } from '../../../src/kube/cluster.ts';
import { Connection, loadKubeConfig, type ConnectionOptions } from '../../../src/kube/http/connection.ts';
import { ApiDiscovery } from '../../../src/kube/discovery.ts';
import { HttpTransport, type TransportOptions } from '../../../src/kube/http/transport.ts';
import { ClusterError, type ResourceType } from '../../../src/ports/cluster.ts';
import { sharedControlPlane } from '../jest/shared-control-plane.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { waitFor } from '../wait-for.ts';

/** A namespaced kind of the tests' own, with a status; its size is an integer from 0. */
export const widgets: ResourceType = {
  group: 'test.fluxblueprint.io',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
};

/** Installs the CRD of {@link widgets} in the control plane that all tests share; answers its kubeconfig's path. */
export async function prepareCluster(): Promise<string> {
  const { kubeconfigPath } = sharedControlPlane();
  const client = await openClient(kubeconfigPath);
  await installCrd(client, 'Widget', 'widgets', 'Namespaced');
  await client.connection.close();
  return kubeconfigPath;
}

/** Applies a CRD in the tests' group and waits until its kind is served. */
export async function installCrd(
  { cluster, transport }: Client,
  kind: string,
  plural: string,
  scope: 'Namespaced' | 'Cluster',
): Promise<void> {
  await cluster.apply(toCrd(kind, plural, scope), { fieldManager: 'test' });
  const path = `/apis/${widgets.group}/v1/${plural}`;
  await waitFor(`${kind} is served`, () =>
    transport.request({ method: 'GET', path, query: { limit: 1 } }).then(
      () => true,
      () => false,
    ),
  );
}

/** The CRD of a small kind in the tests' group. */
export function toCrd(kind: string, plural: string, scope: 'Namespaced' | 'Cluster') {
  const { group } = widgets;
  const size = { type: 'integer', minimum: 0 };
  const schema = {
    type: 'object',
    properties: {
      spec: { type: 'object', properties: { size, text: { type: 'string' } } },
      status: { type: 'object', properties: { size } },
    },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: schema },
        },
      ],
    },
  };
}

/** Everything between a test and an API server. */
export interface Client {
  connection: Connection;
  transport: HttpTransport;
  discovery: ApiDiscovery;
  cluster: ApiCluster;
}

/** Connects to the API server of a kubeconfig and discovers what it serves. */
export async function openClient(
  source: string | KubeConfig,
  options: Pick<ConnectionOptions, 'maxConnections'> &
    Pick<TransportOptions, 'maxEventBytes' | 'maxResponseBytes'> = {},
): Promise<Client> {
  const config = typeof source === 'string' ? loadKubeConfig({ path: source }) : source;
  const connection = new Connection({ config, clock: systemClock, version: 'test', ...options });
  const transport = new HttpTransport({ connection, clock: systemClock, ...options });
  const discovery = new ApiDiscovery(transport, systemClock);
  await discovery.refresh();
  return { connection, transport, discovery, cluster: new ApiCluster(transport, discovery) };
}

/** Creates a namespace that no other test uses. */
export async function createNamespace({ cluster }: Client): Promise<string> {
  const name = `test-${crypto.randomUUID()}`;
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, { fieldManager: 'test' });
  return name;
}

/** A Widget. */
export function widget(
  namespace: string,
  name: string,
  spec: { size?: number; text?: string } = {},
): KubeObject {
  return { apiVersion: 'test.fluxblueprint.io/v1', kind: 'Widget', metadata: { namespace, name }, spec };
}

/** The error that a request to the cluster was refused with; throws when it was not. */
export async function refusal(pending: Promise<unknown>): Promise<ClusterError> {
  const failure = await pending.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof ClusterError)) throw new Error(`not refused: ${String(failure)}`);
  return failure;
}
