import type { Graph, GraphNode } from './graph-model.ts';

/** The longest way to a node. */
interface Way {
  length: number;
  before: string | undefined;
}

/**
 * The way that takes longest: by the seconds that were measured, and as long as none were, by the number of its nodes.
 *
 * @param nodes each after all that it waits for
 */
export function findCriticalPath(nodes: readonly GraphNode[]): Pick<Graph, 'critical' | 'criticalSeconds'> {
  const isMeasured = nodes.some(({ seconds }) => seconds !== undefined && seconds > 0);
  const ways = new Map<string, Way>();
  for (const { id, after, seconds = 0 } of nodes) {
    const before = longestOf(after, ways);
    const length = lengthOf(ways, before) + (isMeasured ? seconds : 1);
    ways.set(id, { length, before });
  }
  const last = longestOf([...ways.keys()], ways);
  const critical: string[] = [];
  for (let id = last; id !== undefined; id = ways.get(id)?.before) critical.unshift(id);
  return { critical, criticalSeconds: isMeasured ? lengthOf(ways, last) : undefined };
}

function lengthOf(ways: ReadonlyMap<string, Way>, id: string | undefined): number {
  return id === undefined ? 0 : (ways.get(id)?.length ?? 0);
}

/** The one of some nodes to which the way is longest; the first of several, and undefined of none. */
function longestOf(ids: readonly string[], ways: ReadonlyMap<string, Way>): string | undefined {
  return ids.reduce<string | undefined>(
    (longest, id) => (longest === undefined || lengthOf(ways, id) > lengthOf(ways, longest) ? id : longest),
    undefined,
  );
}

/** What there is to say of the critical path: how many steps it has, and how long it takes. */
export function describeCritical({ critical, criticalSeconds, byLayers }: Graph): string {
  const what = byLayers ? 'layer' : 'object';
  const steps = `${critical.length} ${what}${critical.length === 1 ? '' : 's'}`;
  const time = criticalSeconds === undefined ? '' : `, ${formatSeconds(criticalSeconds)} as measured`;
  return `critical path: ${steps}${time}`;
}

/** Seconds as `0.4s`, `12s` or `3m5s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10}s`;
  const whole = Math.round(seconds);
  return whole < 120 ? `${whole}s` : `${Math.floor(whole / 60)}m${whole % 60}s`;
}
