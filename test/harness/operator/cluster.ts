/**
 * Operators as processes: the bundle, the process with its log, replicas behind a proxy, and the clusters that they run
 * in. Begin with {@link startTestCluster}.
 */
import { fileURLToPath } from 'node:url';
import {
  type ControlPlane,
  type ControlPlaneOptions,
  externalSecretCrdFile,
  fluxCrdFiles,
  startControlPlane,
} from '../../control-plane/index.ts';
import { TestClient } from '../api-server/client.ts';
import { type Cleanups, cleanUp } from '../cleanup.ts';
import { bundleForTest } from './bundle.ts';
import { type NodeSettings, type OperatorProcess, startOperator } from './operator-process.ts';

/** The folder of our own CRDs. */
export const crdFolder = fileURLToPath(new URL('../../../crds', import.meta.url));

/** A control plane with all CRDs, and the bundled operator, which does not run yet. */
export interface BareCluster {
  readonly controlPlane: ControlPlane;
  readonly client: TestClient;
  /** The bundle. */
  readonly bundleFile: string;
  stop(): Promise<void>;
}

/** The CRDs of everything that an operator reads or generates: those of Flux, of External Secrets, and our own. */
export async function listCrdFiles(): Promise<string[]> {
  return [...(await fluxCrdFiles()), externalSecretCrdFile, crdFolder];
}

/**
 * Starts a {@link BareCluster} for one test file or benchmark. Rejects when a part does not start; nothing is left
 * running then.
 */
export async function startBareCluster(
  options: Pick<ControlPlaneOptions, 'restartable' | 'audited'> = {},
): Promise<BareCluster> {
  const cleanups: Cleanups = [];
  try {
    const bundle = await bundleForTest();
    cleanups.push(() => bundle.remove());
    const controlPlane = await startControlPlane({ ...options, crds: await listCrdFiles() });
    cleanups.push(() => controlPlane.stop());
    const client = await TestClient.connect(controlPlane.kubeconfigPath);
    cleanups.push(() => client.close());
    return { controlPlane, client, bundleFile: bundle.file, stop: () => cleanUp(cleanups) };
  } catch (error) {
    await cleanUp(cleanups);
    throw error;
  }
}

/** A {@link BareCluster}, and an operator as a process of its own. */
export interface TestCluster {
  readonly controlPlane: ControlPlane;
  readonly client: TestClient;
  readonly operator: OperatorProcess;
  /** Ends the operator by a signal and starts another. */
  restartOperator(signal?: NodeJS.Signals): Promise<OperatorProcess>;
  /** Starts one more operator beside it. */
  addOperator(): Promise<OperatorProcess>;
  stop(): Promise<void>;
}

/**
 * Starts a cluster for one test file, which then has it to itself: operators of two files would share blueprints.
 * `args` are flags of its operators, and `node` says how Node is run.
 */
export async function startTestCluster(args: string[] = [], node: NodeSettings = {}): Promise<TestCluster> {
  const bare = await startBareCluster();
  const { controlPlane, client, bundleFile } = bare;
  const start = (): Promise<OperatorProcess> =>
    startOperator(bundleFile, controlPlane.kubeconfigPath, args, node);
  let operator = await start();
  const added: OperatorProcess[] = [];
  return {
    controlPlane,
    client,
    get operator() {
      return operator;
    },
    restartOperator: async (signal) => {
      await operator.stop(signal);
      return (operator = await start());
    },
    addOperator: async () => {
      const another = await start();
      added.push(another);
      return another;
    },
    stop: async () => {
      await Promise.all([operator, ...added].map((each) => each.stop()));
      await bare.stop();
    },
  };
}
