import { execFile } from 'node:child_process';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { GROUP } from '../../../src/api/names.ts';
import { buildProgram, externalSecretCrdFile, Processes } from '../../control-plane/index.ts';
import { TestClient } from '../../harness/api-server/client.ts';
import type { ClusterAddress } from '../../harness/flux/cluster-address.ts';
import { type Cleanups, cleanUp } from '../../harness/cleanup.ts';
import { makeFolder } from '../../harness/files.ts';
import { crdFolder } from '../../harness/operator/cluster.ts';
import { startLoggedOperator } from '../../harness/operator/logged-operator.ts';
import { OciRegistry } from '../../harness/flux/servers/oci-registry.ts';
import { waitFor } from '../../harness/wait-for.ts';

const execute = promisify(execFile);
const clusterName = 'fluxblueprint';
const clusterFile = new URL('../../../config/kind/cluster.yaml', import.meta.url).pathname;

/**
 * Takes the kind cluster of `make kind`, or creates it, and installs Flux and our CRDs in it; the operator runs here,
 * as a process. It stays when the scenarios are over. Takes a container engine and the programs docker, flux and
 * kubectl.
 */
export async function startKindCluster({
  logs,
}: {
  logs: string;
}): Promise<{ address: ClusterAddress; stop: () => Promise<void> }> {
  const cleanups: Cleanups = [];
  try {
    await mkdir(logs, { recursive: true });
    const folder = await makeFolder('kind');
    cleanups.push(() => rm(folder, { recursive: true, force: true }));
    const kubeconfigPath = join(folder, 'kubeconfig');
    await writeFile(kubeconfigPath, await findKindCluster(), { mode: 0o600 });
    const env = { ...process.env, KUBECONFIG: kubeconfigPath };
    await execute('flux', ['install'], { env });
    await installCrds(kubeconfigPath);
    const host = await findHost();
    const processes = await Processes.open();
    cleanups.push(() => processes.close());
    const registry = await OciRegistry.start(processes, host);
    const receiver = await forwardReceiver(processes, kubeconfigPath);
    const operator = await startLoggedOperator(kubeconfigPath, logs);
    cleanups.push(() => operator.stop());
    const address = { kubeconfigPath, host, registry: registry.address, receiver };
    return { address, stop: () => cleanUp(cleanups) };
  } catch (error) {
    await cleanUp(cleanups);
    throw error;
  }
}

/** The kubeconfig of the kind cluster, which is created when it is not there. */
async function findKindCluster(): Promise<string> {
  const { path } = await buildProgram('kind');
  const { stdout: names } = await execute(path, ['get', 'clusters']);
  if (!names.split('\n').includes(clusterName))
    await execute(path, ['create', 'cluster', '--name', clusterName, '--config', clusterFile]);
  return (await execute(path, ['get', 'kubeconfig', '--name', clusterName])).stdout;
}

async function installCrds(kubeconfigPath: string): Promise<void> {
  const client = await TestClient.connect(kubeconfigPath);
  try {
    for (const file of [...(await listOwnCrds()), externalSecretCrdFile]) {
      for (const document of parseAllDocuments(await readFile(file, 'utf8')))
        await client.apply(document.toJS() as object);
    }
  } finally {
    await client.close();
  }
}

/** The files of our own CRDs. Beside them stands a kustomization, which is no object. */
async function listOwnCrds(): Promise<string[]> {
  const files = await readdir(crdFolder);
  return files.filter((name) => name.startsWith(GROUP)).map((name) => join(crdFolder, name));
}

/** This machine as the nodes of kind reach it: the gateway of their network. */
async function findHost(): Promise<string> {
  const format = '{{range .IPAM.Config}}{{.Gateway}} {{end}}';
  const { stdout } = await execute('docker', ['network', 'inspect', 'kind', '--format', format]);
  const gateway = stdout.split(/\s+/u).find((address) => /^\d+(?:\.\d+){3}$/u.test(address));
  if (gateway === undefined) throw new Error(`the network of kind has no IPv4 gateway: ${stdout}`);
  return gateway;
}

/** Makes the port where Receivers listen one of this machine; it ends with `processes`. */
async function forwardReceiver(processes: Processes, kubeconfigPath: string): Promise<string> {
  const log = join(processes.folder, 'port-forward.log');
  const service = ['--namespace', 'flux-system', 'port-forward', 'service/webhook-receiver', ':80'];
  const env = { PATH: process.env['PATH'] ?? '', KUBECONFIG: kubeconfigPath };
  await processes.run({ command: ['kubectl', ...service], env, log });
  const address = await waitFor('the port of Receivers is forwarded', async () => {
    return /Forwarding from (127\.0\.0\.1:\d+)/u.exec(await readFile(log, 'utf8'))?.[1];
  });
  return `http://${address}`;
}
