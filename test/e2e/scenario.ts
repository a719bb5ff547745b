import { join } from 'node:path';
import { TestClient } from '../harness/api-server/client.ts';
import { Tenant } from '../harness/blueprint/tenant.ts';
import { type ClusterAddress, sharedCluster, sharedLogs } from './cluster-address.ts';
import { type Ends, endAll } from '../harness/ends.ts';
import { FluxCluster, type FluxClusterOptions } from './flux-cluster.ts';
import { type GitCredentials, GitServer } from './git-server.ts';
import { HelmRepository } from './helm-repository.ts';
import { OciRegistry } from './oci-registry.ts';
import { Webhook } from './webhook.ts';

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
  readonly #ends: Ends;

  private constructor(address: ClusterAddress, client: TestClient, tenant: Tenant) {
    this.address = address;
    this.client = client;
    this.tenant = tenant;
    this.registry = new OciRegistry(address.registry);
    this.#ends = [() => client.close()];
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

  /** Ends the servers, the last first. */
  close(): Promise<void> {
    return endAll(this.#ends);
  }

  async #begin<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
    const server = await starting;
    this.#ends.push(() => server.close());
    return server;
  }
}
