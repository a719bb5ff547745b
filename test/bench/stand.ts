import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { GROUP, PLURAL, VERSION } from '../../src/api/names.ts';
import { splitApiVersion, type KubeObject } from '../../src/api/object.ts';
import { toResourcePath } from '../../src/kube/http/resource-path.ts';
import {
  type ControlPlane,
  externalSecretCrdFile,
  fluxCrdFiles,
  startControlPlane,
} from '../control-plane/index.ts';
import { TestClient } from '../harness/api-server/client.ts';
import { crdFolder } from '../harness/operator/cluster.ts';
import { bundleForTest } from '../harness/operator/bundle.ts';
import { type OperatorProcess, startOperator } from '../harness/operator/operator-process.ts';
import { FaultProxy } from '../harness/api-server/fault-proxy.ts';
import type { BenchmarkOptions } from './figure.ts';

/** The path of all blueprints. */
export const BLUEPRINTS = `/apis/${GROUP}/${VERSION}/${PLURAL}`;

/** A separate API server for one benchmark, so that none measures what another left, and the bundled operator. */
export class Stand {
  readonly controlPlane: ControlPlane;
  readonly client: TestClient;
  readonly #folder: string;
  readonly #profiles: string | undefined;
  readonly #ends: (() => Promise<unknown>)[] = [];
  #bundle = '';

  private constructor(
    controlPlane: ControlPlane,
    client: TestClient,
    folder: string,
    { profiles }: BenchmarkOptions,
  ) {
    this.controlPlane = controlPlane;
    this.client = client;
    this.#folder = folder;
    this.#profiles = profiles;
  }

  /** Starts a stand for `use`, and afterwards ends everything that was started, even if `use` fails. */
  static async with<T>(options: BenchmarkOptions, use: (stand: Stand) => Promise<T>): Promise<T> {
    const crds = [...(await fluxCrdFiles()), externalSecretCrdFile, crdFolder];
    const controlPlane = await startControlPlane({ crds });
    const client = await TestClient.connect(controlPlane.kubeconfigPath);
    const folder = await mkdtemp(join(tmpdir(), 'fluxblueprint-bench-'));
    const stand = new Stand(controlPlane, client, folder, options);
    try {
      const { file, remove } = await bundleForTest();
      stand.#ends.push(remove);
      stand.#bundle = file;
      return await use(stand);
    } finally {
      for (const end of stand.#ends.reverse()) await end();
      await rm(folder, { recursive: true, force: true });
      await client.close();
      await controlPlane.stop();
    }
  }

  /** Registers something to end with the stand. */
  atEnd(end: () => Promise<unknown>): void {
    this.#ends.push(end);
  }

  /**
   * Starts an operator from the bundle, with the Node options that it has in a cluster. It ends with the stand at the
   * latest.
   */
  async startOperator(
    args: string[] = [],
    kubeconfigPath = this.controlPlane.kubeconfigPath,
  ): Promise<OperatorProcess> {
    // With a shorter interval the profiler itself keeps the process from being quiet.
    const profile =
      this.#profiles === undefined
        ? []
        : ['--cpu-prof', '--cpu-prof-interval=4000', `--cpu-prof-dir=${this.#profiles}`];
    const nodeArgs = [...(await readNodeOptions()), ...profile];
    const operator = await startOperator(this.#bundle, kubeconfigPath, args, nodeArgs);
    this.#ends.push(() => operator.stop());
    return operator;
  }

  /** Starts an operator whose requests are counted on their way to the API server. */
  async startCountedOperator(): Promise<{ operator: OperatorProcess; proxy: FaultProxy }> {
    const proxy = await FaultProxy.start(this.controlPlane.kubeconfigPath);
    this.#ends.push(() => proxy.close());
    const path = join(this.#folder, 'counted.kubeconfig');
    await writeFile(path, proxy.config.exportConfig());
    return { operator: await this.startOperator([], path), proxy };
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

/** The options that the Deployment gives Node. */
async function readNodeOptions(): Promise<string[]> {
  const file = join(import.meta.dirname, '../../config/manager/deployment.yaml');
  const { spec } = parse(await readFile(file, 'utf8')) as {
    spec: { template: { spec: { containers: { env?: { name: string; value: string }[] }[] } } };
  };
  const env = spec.template.spec.containers.flatMap((container) => container.env ?? []);
  const options = env.find(({ name }) => name === 'NODE_OPTIONS')?.value;
  if (options === undefined) throw new Error(`${file} gives Node no options`);
  return options.split(' ');
}
