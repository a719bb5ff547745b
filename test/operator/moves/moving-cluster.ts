import { Tenant } from '../../harness/blueprint/tenant.ts';
import { FluxStandIn, type StandInOptions } from '../../harness/flux/stand-in.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';

/** A cluster with an operator, and stand-ins for Flux that are stopped after each test. */
export class MovingCluster {
  readonly cluster: TestCluster;
  readonly #playing: FluxStandIn[] = [];

  private constructor(cluster: TestCluster) {
    this.cluster = cluster;
  }

  /** Starts it, without a stand-in. */
  static async start(): Promise<MovingCluster> {
    return new MovingCluster(await startTestCluster());
  }

  /** A tenant with a stand-in for Flux, whose blueprint is ready. */
  async open(spec: object, options: StandInOptions = {}): Promise<{ tenant: Tenant; flux: FluxStandIn }> {
    const tenant = await Tenant.open(this.cluster.client);
    const flux = await this.play({ namespace: tenant.namespace, ...options });
    await tenant.applyBlueprint(spec);
    await tenant.untilCondition({ type: 'Ready', status: 'True' });
    return { tenant, flux };
  }

  /** Starts a stand-in for Flux. */
  async play(options: StandInOptions = {}): Promise<FluxStandIn> {
    const flux = await FluxStandIn.start(this.cluster.client, options);
    this.#playing.push(flux);
    return flux;
  }

  /** Stops the stand-ins. Call it after each test: one of another test would play in the namespaces of the next. */
  async stopPlaying(): Promise<void> {
    await Promise.all(this.#playing.splice(0).map((flux) => flux.stop()));
  }

  /** Stops the operator and the API server. */
  stop(): Promise<void> {
    return this.cluster.stop();
  }
}
