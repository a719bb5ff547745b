/**
 * What the scenarios on real Flux share and nothing else does: the {@link Scenario} itself, where to begin, and waits
 * for what a status or a deployment must come to. It may import the harness and `../jest`.
 */
import { join } from 'node:path';
import { TestClient } from '../../harness/api-server/client.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import type { ClusterAddress } from '../../harness/flux/cluster-address.ts';
import { sharedCluster, sharedLogs } from '../jest/shared-cluster.ts';
import { type Cleanups, cleanUp } from '../../harness/cleanup.ts';
import { FluxCluster, type FluxClusterOptions } from '../../harness/flux/flux-cluster.ts';
import { type GitCredentials, GitServer } from '../../harness/flux/servers/git-server.ts';
import { HelmRepository } from '../../harness/flux/servers/helm-repository.ts';
import { OciRegistry } from '../../harness/flux/servers/oci-registry.ts';
import { Webhook } from '../../harness/flux/servers/webhook.ts';

/** Starts a cluster for one test file, for what the shared one cannot: other flags, or parts that come and go. */
export function startOwnCluster(
  name: string,
  options: Omit<FluxClusterOptions, 'logs'> = {},
): Promise<FluxCluster> {
  return FluxCluster.start({ ...options, logs: join(sharedLogs() ?? '', name) });
}

/** What one scenario uses: a namespace of a cluster with Flux, and servers that it starts when it asks for them. */
export class Scenario {
  readonly address: ClusterAddress;
  readonly client: TestClient;
  /** The namespace, and what a person does in it. */
  readonly tenant: Tenant;
  /** An OCI registry that others use too: name repositories after the scenario. */
  readonly registry: OciRegistry;
  readonly #cleanups: Cleanups;

  private constructor(address: ClusterAddress, client: TestClient, tenant: Tenant) {
    this.address = address;
    this.client = client;
    this.tenant = tenant;
    this.registry = new OciRegistry(address.registry);
    this.#cleanups = [() => client.close()];
  }

  /**
   * Opens one. Close it in `afterAll`.
   * @param options `cluster`: default the one that scenarios share; `namespace`: default a new one
   */
  static async open(options: { cluster?: FluxCluster; namespace?: string } = {}): Promise<Scenario> {
    const address = options.cluster?.address ?? sharedCluster();
    const client = await TestClient.connect(address.kubeconfigPath);
    const { namespace } = options;
    const tenant = namespace === undefined ? await Tenant.open(client) : Tenant.at(client, namespace);
    return new Scenario(address, client, tenant);
  }

  /** Starts a Git server, on a free port unless one is given. */
  startGit(credentials?: GitCredentials, port = 0): Promise<GitServer> {
    return this.#begin(GitServer.start(this.address.host, credentials, port));
  }

  /** Starts a Helm repository. */
  startCharts(): Promise<HelmRepository> {
    return this.#begin(HelmRepository.start(this.address.host));
  }

  /** Starts a webhook receiver. */
  startWebhook(): Promise<Webhook> {
    return this.#begin(Webhook.start(this.address.host));
  }

  /** Cleanups the servers, the last first. */
  close(): Promise<void> {
    return cleanUp(this.#cleanups);
  }

  async #begin<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
    const server = await starting;
    this.#cleanups.push(() => server.close());
    return server;
  }
}
