/**
 * A test's access to an API server: a client, a proxy that injects faults, CRDs, accounts and reflectors. Nothing here
 * knows of blueprints beyond reading one. Begin here; `environment.ts` is for tests of `src/kube`, on the shared
 * control plane.
 */
import { API_VERSION, KIND } from '../../../src/api/names.ts';
import type { KubeObject, ObjectRef } from '../../../src/api/object.ts';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import { ApiCluster } from '../../../src/kube/cluster.ts';
import { Connection, loadKubeConfig } from '../../../src/kube/http/connection.ts';
import { ApiDiscovery } from '../../../src/kube/discovery.ts';
import { HttpTransport } from '../../../src/kube/http/transport.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';

/** What a person with a kubeconfig does to a cluster, for tests and the demo. */
export class TestClient {
  readonly cluster: ApiCluster;
  readonly transport: HttpTransport;
  readonly discovery: ApiDiscovery;
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
    this.transport = new HttpTransport({ connection, clock: systemClock });
    this.discovery = new ApiDiscovery(this.transport, systemClock);
    this.cluster = new ApiCluster(this.transport, this.discovery);
  }

  /** Connects by a kubeconfig. */
  static async connect(kubeconfigPath: string): Promise<TestClient> {
    const config = loadKubeConfig({ path: kubeconfigPath });
    const client = new TestClient(new Connection({ config, clock: systemClock, version: 'test' }));
    await client.discovery.refresh();
    return client;
  }

  /** Applies an object as a person would, by the field manager `test`. */
  apply(object: object, fieldManager = 'test'): Promise<KubeObject> {
    return this.cluster.apply(object as KubeObject, { fieldManager });
  }

  /** Makes a namespace. */
  async makeNamespace(name: string): Promise<string> {
    await this.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    return name;
  }

  /** Sets conditions as Flux's controllers would; they do not run here. */
  async setReady(
    ref: ObjectRef,
    status: 'True' | 'False',
    reason = 'Succeeded',
    message = '',
  ): Promise<void> {
    const live = await this.cluster.get(ref);
    const generation = live?.metadata.generation ?? 1;
    const condition = {
      type: 'Ready',
      status,
      reason,
      message,
      lastTransitionTime: new Date().toISOString(),
    };
    const { apiVersion, kind, namespace, name } = ref;
    // External Secrets has its own field for the generation.
    const observed =
      kind === 'ExternalSecret'
        ? { syncedResourceVersion: `${generation}-hash` }
        : { observedGeneration: generation };
    await this.cluster.applyStatus(
      {
        apiVersion,
        kind,
        metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
        status: { ...observed, conditions: [condition] },
      },
      { fieldManager: 'flux-stand-in' },
    );
  }

  /** Reads a blueprint. */
  async blueprint(namespace: string, name: string): Promise<Blueprint | undefined> {
    const found = await this.cluster.get({ apiVersion: API_VERSION, kind: KIND, namespace, name });
    return found as unknown as Blueprint | undefined;
  }

  /** Every object of a kind, in one namespace or in all. */
  async list(group: string, kind: string, namespace?: string): Promise<KubeObject[]> {
    const type = this.discovery.find(group, kind);
    if (type === undefined) throw new Error(`${kind} is not served`);
    const root = group === '' ? `/api/${type.version}` : `/apis/${group}/${type.version}`;
    const path = `${root}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${type.plural}`;
    const found: KubeObject[] = [];
    // Item by item: the soak leaves more than one answer may hold.
    for await (const items of this.transport.list({ path })) {
      for (const item of items as unknown as KubeObject[])
        found.push({ ...item, apiVersion: root.replace(/^\/apis?\//, ''), kind });
    }
    return found;
  }

  /** Ends the connections. */
  close(): Promise<void> {
    return this.#connection.close();
  }
}
