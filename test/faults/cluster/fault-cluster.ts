/**
 * The cluster of the fault tests, what lives in it, and what a person does to it. Tests break it from outside: by
 * signals, by a proxy, and by deletions. Begin with {@link FaultCluster} and `fault-tenant.ts`.
 */
import { displayName, type KubeObject, type ObjectRef, refOf } from '../../../src/api/object.ts';
import type { Spec } from '../../../src/api/schema/spec.ts';
import type { ControlPlane } from '../../control-plane/index.ts';
import type { TestClient } from '../../harness/api-server/client.ts';
import { type BareCluster, startBareCluster } from '../../harness/operator/cluster.ts';
import {
  type NodeSettings,
  type OperatorProcess,
  startOperator,
} from '../../harness/operator/operator-process.ts';
import { Bystanders } from './bystanders.ts';
import { FluxStandIn } from './flux-stand-in.ts';

/** The user that the operator is to the API server. It may do everything: what it may not do, it must not try. */
export const OPERATOR_USER = 'operator';

/** How an operator is started. */
export interface OperatorStart {
  /** Default: straight to the API server. */
  kubeconfigPath?: string;
  /** How Node is run. Default: without flags. */
  node?: NodeSettings;
  /** Flags of the operator. */
  args?: string[];
}

/**
 * A control plane that logs every write, one operator as a process, a stand-in for Flux's controllers, and objects of
 * others that the operator must not touch.
 */
export class FaultCluster {
  readonly controlPlane: ControlPlane;
  /** The administrator. */
  readonly client: TestClient;
  /** The program. */
  readonly bundleFile: string;
  /** The operator's kubeconfig. */
  readonly operatorKubeconfig: string;
  readonly bystanders: Bystanders;
  readonly flux: FluxStandIn;
  readonly #accounts = new Map<string, Set<string | undefined>>();
  readonly #wanted = new Map<string, KubeObject>();
  readonly #bare: BareCluster;
  readonly #started: OperatorProcess[] = [];

  private constructor(bare: BareCluster, operatorKubeconfig: string, flux: FluxStandIn) {
    this.controlPlane = bare.controlPlane;
    this.client = bare.client;
    this.bundleFile = bare.bundleFile;
    this.operatorKubeconfig = operatorKubeconfig;
    this.flux = flux;
    this.bystanders = new Bystanders(bare.client);
    this.#bare = bare;
  }

  /** Starts all of it but the operator. */
  static async start(): Promise<FaultCluster> {
    const bare = await startBareCluster({ restartable: true, audited: true });
    const { kubeconfigPath } = await bare.controlPlane.addUser(OPERATOR_USER, ['system:masters']);
    return new FaultCluster(bare, kubeconfigPath, await FluxStandIn.start(bare.client));
  }

  /** The accounts of all blueprints that ever were, by namespace. */
  get accounts(): ReadonlyMap<string, ReadonlySet<string | undefined>> {
    return this.#accounts;
  }

  /** The blueprints that are wanted, each as it was applied last. */
  get wanted(): readonly KubeObject[] {
    return [...this.#wanted.values()];
  }

  /** Applies a blueprint, and remembers that it is wanted and whose rights it may use. */
  async applyBlueprint(manifest: KubeObject): Promise<KubeObject> {
    const { namespace = '' } = manifest.metadata;
    const known = this.#accounts.get(namespace) ?? new Set();
    this.#accounts.set(namespace, known.add((manifest['spec'] as Partial<Spec>).serviceAccountName));
    const stored = await this.client.apply(manifest);
    this.#wanted.set(displayName(refOf(manifest)), manifest);
    return stored;
  }

  /** Deletes a blueprint, which is not wanted any more. */
  async deleteBlueprint(ref: ObjectRef): Promise<void> {
    this.#wanted.delete(displayName(ref));
    await this.client.cluster.delete(ref);
  }

  /** The operators that were started, the first one first. */
  get operators(): readonly OperatorProcess[] {
    return this.#started;
  }

  /** The operator that was started last. */
  get operator(): OperatorProcess {
    const last = this.#started.at(-1);
    if (last === undefined) throw new Error('no operator was started');
    return last;
  }

  /** Starts an operator, and resolves when it is ready. */
  async startOperator({ kubeconfigPath, node, args = [] }: OperatorStart = {}): Promise<OperatorProcess> {
    const operator = await startOperator(
      this.bundleFile,
      kubeconfigPath ?? this.operatorKubeconfig,
      args,
      node,
    );
    this.#started.push(operator);
    return operator;
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    await Promise.all(this.#started.map((operator) => operator.stop()));
    await this.flux.stop();
    await this.#bare.stop();
  }
}
