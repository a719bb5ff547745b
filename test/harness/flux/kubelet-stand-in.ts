import type { KubeObject } from '../../../src/api/object.ts';
import type { TestClient } from '../api-server/client.ts';
import { type KindWatches, watchKinds } from '../api-server/watch-kinds.ts';

/** What is read of a Deployment. */
interface DeploymentSpec {
  replicas?: number;
  template: { spec: { containers: { image: string }[] } };
}

/**
 * Stands in for what makes Deployments ready in a cluster: the control plane of the tests runs no pods. A Deployment is
 * available where all its images can be pulled; where not, what ran before goes on beside a pod that does not start.
 */
export class KubeletStandIn {
  readonly #client: TestClient;
  readonly #canPull: (image: string) => boolean;
  #watches: KindWatches | undefined;

  private constructor(client: TestClient, canPull: (image: string) => boolean) {
    this.#client = client;
    this.#canPull = canPull;
  }

  /** Begins with the Deployments of a namespace. Call `stop` in the end. */
  static async start(
    client: TestClient,
    namespace: string,
    canPull: (image: string) => boolean,
  ): Promise<KubeletStandIn> {
    const kubelet = new KubeletStandIn(client, canPull);
    kubelet.#watches = await watchKinds(
      client,
      [{ group: 'apps', kind: 'Deployment' }],
      { namespace },
      (change) => {
        if (change.type !== 'Deleted') void kubelet.#run(change.object);
      },
    );
    return kubelet;
  }

  /** Ends the watch. */
  async stop(): Promise<void> {
    await this.#watches?.stop();
  }

  async #run({ apiVersion, kind, metadata, ...rest }: KubeObject): Promise<void> {
    const { generation, name, namespace } = metadata;
    const { spec, status = {} } = rest as { spec: DeploymentSpec; status?: { observedGeneration?: number } };
    if (status.observedGeneration === generation) return;
    const { replicas = 1, template } = spec;
    const pulled = template.spec.containers.every(({ image }) => this.#canPull(image));
    const observed = { observedGeneration: generation, readyReplicas: replicas, availableReplicas: replicas };
    const pods = pulled
      ? { replicas, updatedReplicas: replicas }
      : { replicas: replicas + 1, updatedReplicas: 1, unavailableReplicas: 1 };
    const conditions = [
      { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' },
      {
        type: 'Progressing',
        status: 'True',
        reason: pulled ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated',
      },
    ];
    await this.#client.cluster.applyStatus(
      {
        apiVersion,
        kind,
        metadata: { name, namespace },
        status: { ...observed, ...pods, conditions },
      } as KubeObject,
      { fieldManager: 'kubelet-stand-in' },
    );
  }
}
