import { installDefault, type InstallCluster, startInstallCluster } from '../config/cluster.ts';
import { FluxStandIn } from '../faults/cluster/flux-stand-in.ts';
import { TestClient } from '../harness/api-server/client.ts';
import type { Cleanups } from '../harness/cleanup.ts';
import { GROUP, KIND } from '../../src/api/names.ts';
import { gitRepository } from '../../src/core/kinds/git-repository.ts';
import { bundleForTest } from '../harness/operator/bundle.ts';
import { type DeployedContainer, readDeployment } from '../harness/operator/deployment.ts';
import { startOperator } from '../harness/operator/operator-process.ts';
import { waitFor } from '../harness/wait-for.ts';
import { SupervisedReplica } from './replica.ts';
import type { Rights } from './attack.ts';

/** The account of the Deployment. */
const ACCOUNT = { namespace: 'fluxblueprint-system', name: 'fluxblueprint-controller' };

const RBAC = 'rbac.authorization.k8s.io';

/** The account that blueprints of some tenants name. It has the rights in its namespace that Flux's objects need. */
export const DEPLOYER = 'deployer';

const FLUX_GROUPS = ['source', 'kustomize', 'helm', 'notification', 'image'].map(
  (part) => `${part}.toolkit.fluxcd.io`,
);

/** A cluster with config/default applied, and two replicas with the rights and the options that this gives them. */
export class Stage {
  readonly client: TestClient;
  readonly container: DeployedContainer;
  readonly replicas: readonly SupervisedReplica[];
  readonly #cluster: InstallCluster;

  private constructor(
    cluster: InstallCluster,
    client: TestClient,
    container: DeployedContainer,
    replicas: readonly SupervisedReplica[],
  ) {
    this.#cluster = cluster;
    this.client = client;
    this.container = container;
    this.replicas = replicas;
  }

  /** Starts all of it. `cleanups` end it. */
  static async start(cleanups: Cleanups): Promise<Stage> {
    const bundle = await bundleForTest();
    cleanups.push(() => bundle.remove());
    const cluster = await startInstallCluster();
    cleanups.push(() => cluster.stop());
    await installDefault(cluster.admin);
    const client = await TestClient.connect(cluster.controlPlane.kubeconfigPath);
    cleanups.push(() => client.close());
    await waitFor('blueprints are among what is served', async () => {
      await client.discovery.refresh();
      return client.discovery.find(GROUP, KIND);
    });
    // Sources get ready as they do under Flux: what depends on them would wait for ever, and attacks with it.
    const flux = await FluxStandIn.start(client, [gitRepository]);
    cleanups.push(() => flux.stop());
    const container = await readDeployment();
    const start = await toStart(cluster, bundle.file, container);
    const replicas: SupervisedReplica[] = [];
    cleanups.push(() => Promise.all(replicas.map((replica) => replica.stop())));
    while (replicas.length < container.replicas) {
      replicas.push(await SupervisedReplica.start(`replica ${replicas.length + 1}`, start));
    }
    return new Stage(cluster, client, container, replicas);
  }

  /** How often the leadership has changed hands so far. */
  async countLeaders(): Promise<number> {
    const name = 'fluxblueprint-leader-election';
    const lease = await this.client.cluster.get({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      namespace: ACCOUNT.namespace,
      name,
    });
    return (lease?.['spec'] as { leaseTransitions?: number } | undefined)?.leaseTransitions ?? 0;
  }

  /**
   * Makes a namespace, and a user who may write blueprints in it and read them, by `config/rbac/users.yaml`. With the
   * rights `objects` the user may also write Flux's objects and the statuses of blueprints there. Answers the user's
   * own client, to be closed by the caller.
   */
  async openTenant(namespace: string, rights: Rights): Promise<TestClient> {
    const { client } = this;
    await client.makeNamespace(namespace);
    await client.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { namespace, name: DEPLOYER },
    });
    const user = { apiGroup: RBAC, kind: 'User', name: namespace };
    const account = { kind: 'ServiceAccount', namespace, name: DEPLOYER };
    const flux = { apiGroups: FLUX_GROUPS, resources: ['*'], verbs: ['*'] };
    const statuses = { apiGroups: ['fluxblueprint.io'], resources: ['fluxblueprints/status'], verbs: ['*'] };
    const bind = (name: string, kind: string, subjects: object[]): Promise<unknown> =>
      client.apply({
        apiVersion: `${RBAC}/v1`,
        kind: 'RoleBinding',
        metadata: { namespace, name },
        roleRef: { apiGroup: RBAC, kind, name },
        subjects,
      });
    const metadata = { namespace, name: 'objects' };
    await client.apply({ apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules: [flux, statuses] });
    await bind('fluxblueprint-edit', 'ClusterRole', [user]);
    await bind('objects', 'Role', rights === 'objects' ? [account, user] : [account]);
    const { kubeconfigPath } = await this.#cluster.controlPlane.addUser(namespace);
    return TestClient.connect(kubeconfigPath);
  }
}

/** How one more replica is started: with the Deployment's account, arguments and options of Node. */
async function toStart(
  { controlPlane }: InstallCluster,
  bundleFile: string,
  { args, node }: DeployedContainer,
): Promise<() => ReturnType<typeof startOperator>> {
  const { namespace, name } = ACCOUNT;
  // By a certificate, as a token of the account would expire.
  const user = await controlPlane.addUser(`system:serviceaccount:${namespace}:${name}`, [
    'system:serviceaccounts',
    `system:serviceaccounts:${namespace}`,
  ]);
  const [command = '', ...flags] = args.filter((arg) => !arg.startsWith('--health-addr'));
  if (command !== 'operator') throw new Error('the Deployment does not run the command `operator`');
  const all = [...flags, '--leader-elect-resource-namespace', namespace];
  return () => startOperator(bundleFile, user.kubeconfigPath, all, node);
}
