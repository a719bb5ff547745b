/**
 * What a benchmark runs on: a cluster of its own, blueprints of a given size, and exact clocks for what others do.
 * Begin with {@link Stand}.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GROUP, PLURAL, VERSION } from '../../../src/api/names.ts';
import { splitApiVersion, type KubeObject } from '../../../src/api/object.ts';
import { toResourcePath } from '../../../src/kube/http/resource-path.ts';
import type { ControlPlane } from '../../control-plane/index.ts';
import type { TestClient } from '../../harness/api-server/client.ts';
import { type Cleanups, cleanUp } from '../../harness/cleanup.ts';
import { type BareCluster, startBareCluster } from '../../harness/operator/cluster.ts';
import { readDeployment } from '../../harness/operator/deployment.ts';
import { type OperatorProcess, startOperator } from '../../harness/operator/operator-process.ts';
import { FaultProxy } from '../../harness/api-server/fault-proxy.ts';
import type { BenchmarkOptions } from '../benchmark.ts';

/** The path of all blueprints. */
export const BLUEPRINTS = `/apis/${GROUP}/${VERSION}/${PLURAL}`;

/** How an operator is started. */
export interface OperatorStart {
  /** Its flags. */
  args?: readonly string[];
  /** What the heap may take, in MB. Default: as in the Deployment. */
  heapMb?: number;
  /** Default: straight to the API server. */
  kubeconfigPath?: string;
  /** The file of the bundle. Default: that of this version. */
  bundleFile?: string;
}

/** An operator, and the proxy that its requests go through. */
export interface CountedOperator {
  operator: OperatorProcess;
  proxy: FaultProxy;
}

/** A separate API server for one benchmark, so that none measures what another left, and the bundled operator. */
export class Stand {
  readonly controlPlane: ControlPlane;
  readonly client: TestClient;
  readonly #bundleFile: string;
  readonly #profiles: string | undefined;
  readonly #cleanups: Cleanups;
  #counted = 0;

  private constructor(
    { controlPlane, client, bundleFile }: BareCluster,
    { profiles }: BenchmarkOptions,
    cleanups: Cleanups,
  ) {
    this.controlPlane = controlPlane;
    this.client = client;
    this.#bundleFile = bundleFile;
    this.#profiles = profiles;
    this.#cleanups = cleanups;
  }

  /** Starts a stand for `use`, and afterwards ends everything that was started, even if `use` fails. */
  static async with<T>(options: BenchmarkOptions, use: (stand: Stand) => Promise<T>): Promise<T> {
    const cleanups: Cleanups = [];
    options.cleanups.push(() => cleanUp(cleanups));
    try {
      const cluster = await startBareCluster();
      cleanups.push(() => cluster.stop());
      return await use(new Stand(cluster, options, cleanups));
    } finally {
      await cleanUp(cleanups);
    }
  }

  /** Registers something to end with the stand. */
  atEnd(end: () => Promise<unknown>): void {
    this.#cleanups.push(end);
  }

  /** Starts an operator with the Node options that it has in a cluster. It ends with the stand at the latest. */
  async startOperator({
    args = [],
    heapMb,
    kubeconfigPath = this.controlPlane.kubeconfigPath,
    bundleFile = this.#bundleFile,
  }: OperatorStart = {}): Promise<OperatorProcess> {
    // With a shorter interval the profiler itself keeps the process from being quiet.
    const profile =
      this.#profiles === undefined
        ? []
        : ['--cpu-prof', '--cpu-prof-interval=4000', `--cpu-prof-dir=${this.#profiles}`];
    const { node } = await readDeployment();
    // Node takes the last of two options.
    const heap = heapMb === undefined ? [] : [`--max-old-space-size=${heapMb}`];
    const profiled = { ...node, args: [...node.args, ...heap, ...profile] };
    const operator = await startOperator(bundleFile, kubeconfigPath, [...args], profiled);
    this.#cleanups.push(() => operator.stop());
    return operator;
  }

  /** Starts an operator whose requests are counted on their way to the API server. */
  async startCountedOperator(start: Omit<OperatorStart, 'kubeconfigPath'> = {}): Promise<CountedOperator> {
    const proxy = await FaultProxy.start(this.controlPlane.kubeconfigPath);
    this.#cleanups.push(() => proxy.close());
    const kubeconfigPath = join(this.controlPlane.folder, `counted-${++this.#counted}.kubeconfig`);
    await writeFile(kubeconfigPath, proxy.config.exportConfig());
    return { operator: await this.startOperator({ ...start, kubeconfigPath }), proxy };
  }

  /** The path of the collection that an object is in, in its namespace. */
  collectionOf({ apiVersion, kind, metadata: { namespace } }: KubeObject): string {
    const plural = this.client.discovery.find(splitApiVersion(apiVersion).group, kind)?.plural ?? '';
    return toResourcePath({ apiVersion, plural, namespace });
  }

  /** The path of an object. */
  pathOf(object: KubeObject): string {
    return `${this.collectionOf(object)}/${object.metadata.name}`;
  }
}
