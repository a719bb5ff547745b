import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { type Cleanups, cleanUp } from '../../harness/cleanup.ts';
import { FaultProxy } from '../../harness/api-server/fault-proxy.ts';
import { makeFolder } from '../../harness/files.ts';
import { startBareCluster, type BareCluster } from '../../harness/operator/cluster.ts';
import { readMetrics } from '../../harness/operator/metrics.ts';
import { type OperatorProcess, startOperator } from '../../harness/operator/operator-process.ts';
import { waitFor } from '../../harness/wait-for.ts';

/** How many blueprints wait in the queue when the operator is stuck. */
const CROWD = 105;

/** What a real operator answered at `/metrics`, one moment after the other. */
export interface TroubledRun {
  /** The namespace of the blueprints. */
  namespace: string;
  /** All is well. */
  calm: string;
  /** One blueprint is refused, one is suspended, one waits for an approval, and an object of one has failed. */
  troubled: string;
  /** The same, and somebody has changed a generated object again and again. */
  fought: string;
  /** The API server has begun to fail writes. */
  faltering: string;
  /** It has failed many since. */
  failing: string;
  /** A write is not answered, 25 hours have passed, and the other blueprints wait. */
  stuck: string;
}

/** Runs an operator to which happens what the alerts are about. */
export async function runIntoTrouble(): Promise<TroubledRun> {
  const cleanups: Cleanups = [];
  try {
    const cluster = await startBareCluster();
    cleanups.push(() => cluster.stop());
    return await new Run(
      cluster,
      await FaultProxy.start(cluster.controlPlane.kubeconfigPath),
      cleanups,
    ).run();
  } finally {
    await cleanUp(cleanups);
  }
}

class Run {
  readonly #cluster: BareCluster;
  readonly #proxy: FaultProxy;
  readonly #cleanups: Cleanups;
  #tenant!: Tenant;
  #operator!: OperatorProcess;

  constructor(cluster: BareCluster, proxy: FaultProxy, cleanups: Cleanups) {
    this.#cluster = cluster;
    this.#proxy = proxy;
    this.#cleanups = cleanups;
    cleanups.push(() => proxy.close());
  }

  async run(): Promise<TroubledRun> {
    this.#tenant = await Tenant.open(this.#cluster.client);
    this.#operator = await this.#startOperator();
    this.#cleanups.push(() => this.#operator.stop('SIGKILL'));
    const calm = await this.#beCalm();
    const troubled = await this.#makeTrouble();
    const fought = await this.#fight();
    const { faltering, failing } = await this.#failWrites();
    const stuck = await this.#getStuck();
    return { namespace: this.#tenant.namespace, calm, troubled, fought, faltering, failing, stuck };
  }

  async #startOperator(): Promise<OperatorProcess> {
    const kubeconfig = join(await makeFolder('monitoring'), 'kubeconfig');
    await writeFile(kubeconfig, this.#proxy.config.exportConfig());
    const preload = new URL('set-time-forth.ts', import.meta.url).href;
    return startOperator(this.#cluster.bundleFile, kubeconfig, ['--concurrent=1'], {
      args: ['--import', preload],
    });
  }

  async #beCalm(): Promise<string> {
    for (const name of ['well', 'gated']) {
      await this.#tenant.applyBlueprint(specOf(name), name);
      await this.#tenant.bringUp(name);
    }
    return this.#scrape();
  }

  async #makeTrouble(): Promise<string> {
    const tenant = this.#tenant;
    await tenant.applyBlueprint({ ...specOf('refused'), layers: [layer('refused', ['nothing'])] }, 'refused');
    await tenant.applyBlueprint({ ...specOf('idle'), suspend: true }, 'idle');
    await tenant.applyBlueprint(specOf('failed'), 'failed');
    await tenant.untilThere('GitRepository', 'failed');
    await this.#cluster.client.setReady(tenant.ref('GitRepository', 'failed'), 'True');
    await tenant.untilThere('Kustomization', 'failed');
    await this.#cluster.client.setReady(tenant.ref('Kustomization', 'failed'), 'False');
    const changed = { ...specOf('gated', './changed'), rollout: { approval: 'Manual' } };
    await tenant.applyBlueprint(changed, 'gated');
    const { namespace } = tenant;
    const wanted = [
      ['fluxblueprint_stalled', { namespace, name: 'refused' }],
      ['fluxblueprint_suspended', { namespace, name: 'idle' }],
      ['fluxblueprint_objects', { namespace, name: 'failed', state: 'failed' }],
    ] as const;
    return this.#until('trouble is told', (metrics) => {
      const waits = metrics.series('fluxblueprint_gate_waiting_seconds').length;
      return waits > 0 && wanted.every(([name, labels]) => metrics.value(name, labels) === 1);
    });
  }

  async #fight(): Promise<string> {
    const ref = this.#tenant.ref('Kustomization', 'well');
    for (let i = 0; i < 25; i++) {
      await this.#tenant.patch(ref, { spec: { path: `./elsewhere-${i}` } });
      await this.#until('it is repaired', (metrics) => {
        return (metrics.value('fluxblueprint_drift_repaired_total') ?? 0) > i;
      });
    }
    return this.#scrape();
  }

  async #failWrites(): Promise<Pick<TroubledRun, 'faltering' | 'failing'>> {
    const errors = (metrics: ReturnType<typeof readMetrics>): number =>
      metrics.value('controller_runtime_reconcile_errors_total', { controller: 'fluxblueprint' }) ?? 0;
    const before = errors(readMetrics(await this.#scrape()));
    this.#proxy.script = ({ method }) =>
      method === 'PATCH'
        ? { kind: 'answer', status: 500, body: { kind: 'Status', status: 'Failure', code: 500 } }
        : undefined;
    for (const name of ['one', 'two', 'three']) await this.#tenant.applyBlueprint(specOf(name), name);
    const faltering = await this.#until('reconciles fail', (metrics) => errors(metrics) > before);
    const failing = await this.#until('reconciles have failed', (metrics) => errors(metrics) >= before + 12);
    return { faltering, failing };
  }

  async #getStuck(): Promise<string> {
    this.#proxy.script = ({ method }) => (method === 'PATCH' ? { kind: 'hang' } : undefined);
    await Promise.all(
      Array.from({ length: CROWD }, (_, i) =>
        this.#tenant.applyBlueprint(specOf(`crowd-${i}`), `crowd-${i}`),
      ),
    );
    const queue = { name: 'fluxblueprint', controller: 'fluxblueprint' };
    await this.#until('the queue is long, and a reconcile runs', (metrics) => {
      const running = metrics.value('workqueue_longest_running_processor_seconds', queue) ?? 0;
      return (metrics.value('workqueue_depth', queue) ?? 0) > 100 && running > 1;
    });
    const forth = new Promise<void>((resolve) => {
      this.#operator.onLine(({ msg }) => {
        if (msg === 'time set forth') resolve();
      });
    });
    this.#operator.child.kill('SIGUSR2');
    await forth;
    return this.#until('the time is set forth', (metrics) => {
      return (metrics.value('workqueue_longest_running_processor_seconds', queue) ?? 0) > 80_000;
    });
  }

  async #scrape(): Promise<string> {
    const address = this.#operator.log.find(({ msg }) => msg === 'starting')?.['metricsAddr'];
    return (await fetch(`http://${String(address)}/metrics`)).text();
  }

  #until(what: string, holds: (metrics: ReturnType<typeof readMetrics>) => boolean): Promise<string> {
    return waitFor(what, async () => {
      const text = await this.#scrape();
      return holds(readMetrics(text)) ? text : undefined;
    });
  }
}

/** A blueprint of one Kustomization, whose objects have its name. */
function specOf(name: string, path = './apps'): object {
  return { sources: [gitSource(name)], layers: [{ ...layer(name), path }] };
}
