import type { OperatorProcess } from '../../harness/operator/operator-process.ts';
import { waitFor } from '../../harness/wait-for.ts';
import type { Benchmark } from '../benchmark.ts';
import { under } from '../../harness/measure/figure.ts';
import { blueprintOf, compileBlueprint } from '../stand/shapes.ts';
import { Sight } from '../stand/sight.ts';
import { Stand } from '../stand/stand.ts';
import { quantile, round } from '../../harness/measure/statistics.ts';
import { untilApplied } from '../stand/running.ts';

const OBJECTS = 20;
/** The defaults of the flags. */
const LEASE_MS = 15_000;
const ARGS = ['--leader-elect', '--leader-elect-resource-namespace', 'default'];
const [KILLS, STOPS] = [2, 3];

/** How long drift stays unrepaired after the leader ends: by SIGKILL, and gracefully. */
export const failover: Benchmark = {
  name: 'failover',
  measure: (options) =>
    Stand.with(options, async (stand) => {
      options.report('failover: two replicas');
      const { client } = stand;
      const namespace = await client.makeNamespace('failover');
      const blueprint = blueprintOf(namespace, OBJECTS);
      const sight = await Sight.open(
        client,
        `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations`,
      );
      stand.atEnd(() => sight.close());
      const pair: Pair = { stand, sight, name: lastNameOf(blueprint), namespace, operators: [] };
      while (pair.operators.length < 2) pair.operators.push(await stand.startOperator({ args: ARGS }));
      await client.apply(blueprint);
      await untilApplied(stand, blueprint);
      const stops: number[] = [];
      while (stops.length < STOPS) stops.push(await measureEnd(pair, 'SIGTERM'));
      const kills: number[] = [];
      while (kills.length < KILLS) kills.push(await measureEnd(pair, 'SIGKILL'));
      return [
        under(
          'failover after SIGKILL of the leader: until drift is repaired',
          quantile(kills, 1) / 1000,
          (LEASE_MS + 2000) / 1000,
          's',
          { ms: kills.map(round) },
        ),
        under(
          'failover after SIGTERM of the leader: until drift is repaired',
          quantile(stops, 1) / 1000,
          2,
          's',
          { ms: stops.map(round) },
        ),
      ];
    }),
};

interface Pair {
  stand: Stand;
  sight: Sight;
  namespace: string;
  /** The Kustomization that drifts. */
  name: string;
  operators: OperatorProcess[];
}

function lastNameOf(blueprint: ReturnType<typeof blueprintOf>): string {
  return compileBlueprint(blueprint).at(-1)?.ref.name ?? '';
}

/** From the signal until the other replica has repaired drift that came right after it. Then starts a new replica. */
async function measureEnd(pair: Pair, signal: NodeJS.Signals): Promise<number> {
  const { stand, sight, namespace, name } = pair;
  await waitFor('one leads', () => pair.operators.some(isLeading));
  const leader = pair.operators.find(isLeading);
  if (leader === undefined) throw new Error('nobody leads');
  let drifted = false;
  const repaired = sight.until('the drift is repaired', (object) => {
    const { path } = object['spec'] as { path: string };
    if (object.metadata.name !== name) return false;
    drifted ||= path === './theirs';
    return drifted && path !== './theirs';
  });
  const started = performance.now();
  const ended = leader.stop(signal);
  // A leader that ends may still write; a repair by it would not be a failover.
  await ended;
  await stand.client.transport.request({
    method: 'PATCH',
    path: `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations/${name}`,
    contentType: 'application/merge-patch+json',
    query: { fieldManager: 'somebody' },
    body: { spec: { path: './theirs' } },
  });
  const ms = (await repaired) - started;
  pair.operators = pair.operators.filter((operator) => operator !== leader);
  pair.operators.push(await stand.startOperator({ args: ARGS }));
  return ms;
}

function isLeading({ log }: OperatorProcess): boolean {
  return log.some(({ msg }) => msg === 'leading');
}
