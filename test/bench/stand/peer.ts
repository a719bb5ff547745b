import { join } from 'node:path';
import { parse } from 'yaml';
import type { KubeObject } from '../../../src/api/object.ts';
import { Processes, buildProgram, readModuleCrds } from '../../control-plane/index.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { Sight } from './sight.ts';
import type { Stand } from './stand.ts';

const PROGRAM = 'flux-operator';
const MODULE = 'github.com/controlplaneio-fluxcd/flux-operator';
const GROUP = 'fluxcd.controlplane.io';
const NAMESPACE = 'flux-system';

/**
 * The nearest peer: flux-operator, whose ResourceSet applies the objects that are written in it. It is built from its
 * Go module for this one comparison, and runs with its defaults, but for what needs ports or another replica.
 */
export class Peer {
  readonly #stand: Stand;

  private constructor(stand: Stand) {
    this.#stand = stand;
  }

  /** Starts it on a stand, with which it ends. It reconciles from then on. */
  static async start(stand: Stand): Promise<Peer> {
    const { client, controlPlane } = stand;
    const { path } = await buildProgram(PROGRAM);
    const crds = (await readModuleCrds({ program: PROGRAM, modules: [MODULE] })).map(
      (text) => parse(text) as KubeObject,
    );
    for (const crd of crds) await client.apply(crd);
    await waitFor('the CRDs of the peer are served', async () => {
      await client.discovery.refresh();
      return client.discovery.find(GROUP, 'ResourceSet') !== undefined;
    });
    // It ends where its own namespace is missing.
    await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    const processes = await Processes.open();
    stand.atEnd(() => processes.close());
    const { folder } = processes;
    await processes.run({
      command: [
        path,
        ...['--metrics-addr=0', '--health-addr=0', '--web-server-port=0'],
        ...['--enable-leader-election=false', `--storage-path=${folder}`],
      ],
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: folder,
        TMPDIR: folder,
        KUBECONFIG: controlPlane.kubeconfigPath,
        RUNTIME_NAMESPACE: NAMESPACE,
        // It refuses to run without.
        GODEBUG: 'fips140=on',
      },
      log: join(folder, 'flux-operator.log'),
    });
    return new Peer(stand);
  }

  /**
   * Has it apply objects, and answers how long that takes: from when the API server has the ResourceSet until all
   * Kustomizations among them are seen, in milliseconds.
   */
  async apply(namespace: string, manifests: readonly KubeObject[]): Promise<number> {
    const { client } = this.#stand;
    const path = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations`;
    const sight = await Sight.open(client, path);
    try {
      let left = manifests.filter(({ kind }) => kind === 'Kustomization').length;
      const isLast = (type: string): boolean => type === 'ADDED' && --left === 0;
      const seen = sight.until('the peer has applied all', (_, type) => isLast(type));
      await client.apply({
        apiVersion: `${GROUP}/v1`,
        kind: 'ResourceSet',
        metadata: { name: 'bench', namespace },
        spec: { resources: manifests },
      });
      const started = performance.now();
      return (await seen) - started;
    } finally {
      await sight.close();
    }
  }
}
