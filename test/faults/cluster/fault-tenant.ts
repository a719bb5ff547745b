import { API_VERSION, KIND } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import type { FaultCluster } from './fault-cluster.ts';
import { renderBlueprints } from '../audit/render.ts';
import { bindRole } from '../../harness/api-server/service-accounts.ts';
import { waitFor } from '../../harness/wait-for.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** The account of those tenants that have one. */
export const ACCOUNT = 'deployer';

/** What an account needs for everything that its blueprint generates. */
const RULES = [
  'source.toolkit.fluxcd.io',
  'kustomize.toolkit.fluxcd.io',
  'helm.toolkit.fluxcd.io',
  'notification.toolkit.fluxcd.io',
  'external-secrets.io',
].map((group) => ({ apiGroups: [group], resources: ['*'], verbs: ['get', 'create', 'patch', 'delete'] }));

/** A blueprint in a namespace of its own, and what it is wanted to be. */
export class FaultTenant {
  readonly cluster: FaultCluster;
  readonly namespace: string;
  readonly account: string | undefined;
  /** As it was applied last; undefined where it was never applied, or deleted since. */
  wanted: KubeObject | undefined;

  private constructor(cluster: FaultCluster, namespace: string, account: string | undefined) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.account = account;
  }

  /** Makes the namespace, with objects of others in it and, if asked for, an account with rights in it alone. */
  static async open(cluster: FaultCluster, namespace: string, account?: string): Promise<FaultTenant> {
    await cluster.client.makeNamespace(namespace);
    const tenant = new FaultTenant(cluster, namespace, account);
    if (account !== undefined) {
      await tenant.makeAccount();
      await tenant.grant();
    }
    await cluster.bystanders.place(namespace, 'platform');
    return tenant;
  }

  /** Makes the account. */
  async makeAccount(): Promise<void> {
    await this.cluster.client.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: this.#accountMeta(),
    });
  }

  /** Deletes the account, and not its rights. */
  async deleteAccount(): Promise<void> {
    await this.cluster.client.cluster.delete({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      ...this.#accountMeta(),
    });
  }

  /** Gives the account its rights, by default all that it needs. */
  async grant(rules: readonly object[] = RULES): Promise<void> {
    const account = this.#accountMeta();
    await bindRole(this.cluster.client, account, rules, account);
  }

  /** Takes every right from the account. */
  async revoke(): Promise<void> {
    await this.cluster.client.cluster.delete({
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      ...this.#accountMeta(),
    });
  }

  /** Applies the blueprint, or another one. */
  async apply(spec: object, name = 'platform'): Promise<void> {
    const account = this.account === undefined ? {} : { serviceAccountName: this.account };
    const { namespace } = this;
    const metadata = { name, namespace };
    const manifest = { apiVersion: API_VERSION, kind: KIND, metadata, spec: { ...account, ...spec } };
    await this.cluster.applyBlueprint(manifest);
    if (name === 'platform') this.wanted = manifest;
  }

  /** What the blueprint wants. */
  render(): Promise<KubeObject[]> {
    return renderBlueprints(this.cluster.bundleFile, this.wanted === undefined ? [] : [this.wanted]);
  }

  /** Deletes the blueprint, or another one. */
  async delete(name = 'platform'): Promise<void> {
    if (name === 'platform') this.wanted = undefined;
    await this.cluster.deleteBlueprint({ ...this.ref, name });
  }

  /** The blueprint's name. */
  get ref(): { apiVersion: string; kind: string; namespace: string; name: string } {
    return { apiVersion: API_VERSION, kind: KIND, namespace: this.namespace, name: 'platform' };
  }

  /** Reads the blueprint; undefined where there is none. */
  read(name = 'platform'): Promise<Blueprint | undefined> {
    return this.cluster.client.blueprint(this.namespace, name);
  }

  /** Whether there is no blueprint, not even one on its way out. */
  async isGone(): Promise<boolean> {
    return (await this.read()) === undefined;
  }

  /** Waits until a blueprint that was deleted is gone. */
  async untilGone(): Promise<void> {
    await waitFor(`the blueprint of ${this.namespace} is gone`, () => this.isGone());
  }

  #accountMeta(): { name: string; namespace: string } {
    return { name: this.account ?? ACCOUNT, namespace: this.namespace };
  }
}
