import { RECONCILE_REQUEST } from '../../../src/api/names.ts';
import {
  applyPlainly,
  type Shape,
  shapeBlueprint,
  shapeFiles,
  untilDeployed,
} from '../../harness/flux/layer-shapes.ts';
import { requestReconcile } from '../../harness/flux/request-reconcile.ts';
import type { FluxCluster } from '../../harness/flux/flux-cluster.ts';
import type { GitRepository } from '../../harness/flux/servers/git-repository.ts';
import { GitServer } from '../../harness/flux/servers/git-server.ts';
import { type Moment, Timeline } from '../../harness/flux/timeline.ts';
import { countRequests, type Requests, subtract } from './requests.ts';

/** How the layers are applied: by the operator from a blueprint, or as plain manifests. */
export type Way = 'operator' | 'plain';

/** What one deployment of all layers took. */
export interface Deployment {
  /** From the request that starts it until a watch sees the last layer ready, in milliseconds. */
  ms: number;
  requests: Requests;
  /** The links of the chain. Without the operator there are no reconcile requests, so there are none. */
  links: Link[];
}

/** The time from one layer's being ready to the next one's, as a watch sees it, in milliseconds. */
export interface Link {
  /** Until the next layer has a reconcile request: the operator's part. */
  askedMs: number;
  /** From there until the next layer is ready: Flux's part. */
  deployedMs: number;
}

/** The install of a shape, and a new commit through what is installed. */
export interface Measured {
  install: Deployment;
  commit: Deployment;
}

/** Deploys a shape in a namespace of its own. */
export async function measureShape(cluster: FluxCluster, shape: Shape, way: Way): Promise<Measured> {
  const { client } = cluster;
  const namespace = await client.makeNamespace(way);
  const git = await GitServer.start(cluster.address.host);
  const timeline = await Timeline.start(client, namespace);
  try {
    const fleet = await git.createRepository('fleet');
    const blueprint = shapeBlueprint(shape, namespace, fleet.url);
    const run: Run = { cluster, namespace, timeline, shape, fleet };
    const install = await deploy(run, 'one', async () => {
      await (way === 'operator' ? client.apply(blueprint) : applyPlainly(client, blueprint));
    });
    return {
      install,
      commit: await deploy(run, 'two', () =>
        requestReconcile({ client, namespace }, 'GitRepository', 'fleet'),
      ),
    };
  } finally {
    await timeline.stop();
    await git.close();
  }
}

interface Run {
  cluster: FluxCluster;
  namespace: string;
  timeline: Timeline;
  shape: Shape;
  fleet: GitRepository;
}

async function deploy(run: Run, step: string, start: () => Promise<void>): Promise<Deployment> {
  const { cluster, namespace, timeline, shape, fleet } = run;
  const revision = await fleet.commit(shapeFiles(shape, namespace, { step }));
  const before = await countRequests(cluster);
  const started = performance.now();
  await start();
  const ready = await untilDeployed(timeline, shape, revision);
  const requests = subtract(await countRequests(cluster), before);
  const ms = Math.max(...[...ready.values()].map((moment) => moment.ms)) - started;
  return { ms, requests, links: await findLinks(run, ready) };
}

/** The links of layers that depend on one other layer and got a reconcile request when that was ready. */
async function findLinks({ shape, timeline }: Run, ready: ReadonlyMap<string, Moment>): Promise<Link[]> {
  const links: Link[] = [];
  for (const [name, dependsOn] of shape) {
    const [before, after] = [ready.get(dependsOn[0] ?? ''), ready.get(name)];
    if (before === undefined || after === undefined) continue;
    const asked = firstAsked(await timeline.of('Kustomization', name), before.at);
    if (asked === undefined) continue;
    links.push({ askedMs: asked.ms - before.ms, deployedMs: after.ms - asked.ms });
  }
  return links;
}

function firstAsked(moments: readonly Moment[], since: number): Moment | undefined {
  const requestOf = ({ object }: Moment): string | undefined =>
    object.metadata.annotations?.[RECONCILE_REQUEST];
  const earlier = moments.filter(({ at }) => at <= since).at(-1);
  const had = earlier === undefined ? undefined : requestOf(earlier);
  return moments.find((moment) => moment.at > since && requestOf(moment) !== had);
}
