/**
 * Real Flux on this machine, for the scenarios, the benchmarks and the demo: its controllers as processes, what they
 * fetch (`servers/`), and what they did (`timeline.ts`). Nothing here asserts anything. Begin with {@link FluxCluster}.
 */
import { mkdir } from 'node:fs/promises';
import { type ControlPlane, Processes, startControlPlane } from '../../control-plane/index.ts';
import { TestClient } from '../api-server/client.ts';
import { crdFolder, listCrdFiles } from '../operator/cluster.ts';
import type { OperatorProcess } from '../operator/operator-process.ts';
import type { ClusterAddress } from './cluster-address.ts';
import { type Cleanups, cleanUp } from '../cleanup.ts';
import { type ControllersOptions, FluxControllers } from './flux-controllers.ts';
import { startLoggedOperator } from '../operator/logged-operator.ts';
import { OciRegistry } from './servers/oci-registry.ts';
import { setPatience } from '../wait-for.ts';

// Real controllers on few cores, with retries of their own: a bound against hanging, not a measure.
setPatience({ boundMs: 120_000, everyMs: 50 });

/** How a cluster with Flux is started. */
export interface FluxClusterOptions extends Pick<ControllersOptions, 'running' | 'flags' | 'storageKiB'> {
  /** The folder of its logs; made when missing. */
  logs: string;
  /** Flags of the operator. */
  operatorArgs?: string[];
  /** Whether Flux's CRDs are there from the start. Default: yes. */
  fluxCrds?: boolean;
}

/** A control plane, Flux's controllers, an OCI registry, and the operator, all on loopback. */
export class FluxCluster {
  readonly controlPlane: ControlPlane;
  /** The administrator. */
  readonly client: TestClient;
  readonly controllers: FluxControllers;
  readonly address: ClusterAddress;
  readonly #options: FluxClusterOptions;
  readonly #cleanups: Cleanups;
  #operator: OperatorProcess | undefined;

  private constructor(
    parts: Pick<FluxCluster, 'controlPlane' | 'client' | 'controllers' | 'address'>,
    options: FluxClusterOptions,
    cleanups: Cleanups,
  ) {
    this.controlPlane = parts.controlPlane;
    this.client = parts.client;
    this.controllers = parts.controllers;
    this.address = parts.address;
    this.#options = options;
    this.#cleanups = cleanups;
  }

  /** Starts all of it. Rejects when a part does not start; nothing is left running then. */
  static async start(options: FluxClusterOptions): Promise<FluxCluster> {
    const cleanups: Cleanups = [];
    try {
      const cluster = await FluxCluster.#start(options, cleanups);
      await cluster.startOperator();
      return cluster;
    } catch (error) {
      await cleanUp(cleanups);
      throw error;
    }
  }

  static async #start(options: FluxClusterOptions, cleanups: Cleanups): Promise<FluxCluster> {
    await mkdir(options.logs, { recursive: true });
    const crds = options.fluxCrds === false ? [crdFolder] : await listCrdFiles();
    const controlPlane = await startControlPlane({ crds });
    cleanups.push(() => controlPlane.stop());
    const { kubeconfigPath } = controlPlane;
    const client = await TestClient.connect(kubeconfigPath);
    cleanups.push(() => client.close());
    await client.makeNamespace('flux-system');
    const processes = await Processes.open();
    cleanups.push(() => processes.close());
    const registry = await OciRegistry.start(processes, '127.0.0.1');
    const controllers = await FluxControllers.start({ ...options, kubeconfigPath, processes });
    const address = {
      kubeconfigPath,
      host: '127.0.0.1',
      registry: registry.address,
      receiver: controllers.receiverUrl,
    };
    return new FluxCluster({ controlPlane, client, controllers, address }, options, cleanups);
  }

  /** The operator that was started last. */
  get operator(): OperatorProcess {
    if (this.#operator === undefined) throw new Error('no operator was started');
    return this.#operator;
  }

  /** Starts an operator. End the one before. */
  async startOperator(): Promise<void> {
    const { logs, operatorArgs } = this.#options;
    const operator = await startLoggedOperator(this.address.kubeconfigPath, logs, operatorArgs);
    this.#operator = operator;
    this.#cleanups.push(() => operator.stop());
  }

  /** Cleanups all of it. */
  stop(): Promise<void> {
    return cleanUp(this.#cleanups);
  }
}
