import { SHARD_KEY } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import type { DesiredObject } from '../../../src/core/objects/desired.ts';
import type { OperatorProcess } from '../../harness/operator/operator-process.ts';
import type { FaultProxy } from '../../harness/api-server/fault-proxy.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { setAllReady } from './play-flux.ts';
import { untilQuiet } from '../../harness/measure/process-usage.ts';
import { blueprintOf, compileBlueprint } from './shapes.ts';
import { Sight } from './sight.ts';
import { BLUEPRINTS, type OperatorStart, type Stand } from './stand.ts';

/** A blueprint that is ready, an operator whose requests are counted, and a watch of what the operator writes. */
export interface Running {
  stand: Stand;
  operator: OperatorProcess;
  proxy: FaultProxy;
  namespace: string;
  blueprint: KubeObject;
  objects: readonly DesiredObject[];
  /** Sees the Kustomizations of the namespace. */
  kustomizations: Sight;
}

/**
 * Starts an operator and waits until a blueprint of `size` objects is ready.
 *
 * @param shard the shard of both. Default: that of blueprints without one
 */
export async function startRunning(
  stand: Stand,
  size: number,
  { shard, bundleFile }: Pick<OperatorStart, 'bundleFile'> & { shard?: string } = {},
): Promise<Running> {
  const { client } = stand;
  const args = shard === undefined ? [] : [`--shard-key=${shard}`];
  const { operator, proxy } = await stand.startCountedOperator({ args, ...(bundleFile && { bundleFile }) });
  const namespace = await client.makeNamespace(`running${shard ?? ''}`);
  const blueprint = inShard(blueprintOf(namespace, size), shard);
  const objects = compileBlueprint(blueprint);
  const inNamespace = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations`;
  const kustomizations = await Sight.open(client, inNamespace);
  stand.atEnd(() => kustomizations.close());
  await client.apply(blueprint);
  await untilApplied(stand, blueprint);
  await setAllReady(client, objects);
  await waitFor('the blueprint is ready', async () => {
    const { status } = await readBlueprint(stand, blueprint);
    return status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  });
  await untilQuiet(operator.child.pid ?? 0);
  return { stand, operator, proxy, namespace, blueprint, objects, kustomizations };
}

/** Gives a blueprint to a shard; undefined stands for no shard. */
export function inShard(blueprint: KubeObject, shard: string | undefined): KubeObject {
  const labels = shard === undefined ? {} : { [SHARD_KEY]: shard };
  return { ...blueprint, metadata: { ...blueprint.metadata, labels } };
}

/** Reads a blueprint. */
export async function readBlueprint({ client }: Stand, { metadata }: KubeObject): Promise<Blueprint> {
  const found = await client.blueprint(metadata.namespace ?? '', metadata.name);
  if (found === undefined) throw new Error(`there is no blueprint ${metadata.name}`);
  return found;
}

/** Waits until the status says that the current generation is applied in full. */
export async function untilApplied(stand: Stand, blueprint: KubeObject): Promise<void> {
  await waitFor('the blueprint is applied in full', async () => {
    const { metadata, status } = await readBlueprint(stand, blueprint);
    return status?.observedGeneration === metadata.generation && status?.lastAppliedDigest !== undefined;
  });
}

/** The requests of an operator that were seen since `from`, in words, watches left out. */
export function requestsSince({ seen }: FaultProxy, from: number): string[] {
  return seen
    .slice(from)
    .filter(({ isWatch }) => !isWatch)
    .map(({ method, path }) => {
      if (path.includes('/fluxblueprintrevisions')) return 'revision write';
      if (path.startsWith(BLUEPRINTS.replace(/fluxblueprints$/, '')))
        return path.endsWith('/status') ? 'status write' : `${method} of the blueprint`;
      // The operator also lists events, for what became of alerts.
      if (path.includes('/events') && method !== 'GET') return 'event';
      return method === 'PATCH' ? 'apply' : `${method} ${path}`;
    });
}
