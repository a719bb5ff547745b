/**
 * Links: edges between the items that drafting left apart. Components are linked to their sources (`link-sources.ts`)
 * and to each other (here), references by name follow objects to their names in each environment
 * (`rename-references.ts`), and what follows from a link is written into the specs. Begin with {@link linkComponents}.
 */
import type { Link } from '../../graph/graph.ts';
import { orderNodes, waveOfEach } from '../../graph/order.ts';
import { reduceLinks } from '../../graph/reduce.ts';
import type { Problems } from '../../validation/problem.ts';
import { compare } from '../../values/path.ts';
import type { ComponentItem, Edge } from '../model/item.ts';
import { ComponentNames } from './component-names.ts';
import { isNative, readNativeEdges, writeNativeEdges } from './native-depends-on.ts';

/**
 * Resolves what each component of a scope depends on, refuses cycles, drops the edges that others imply, and writes
 * those that Flux understands into the specs. Returns the wave of each component, 1 for those without dependencies; an
 * empty map after refusing a cycle.
 */
export function linkComponents(
  components: readonly ComponentItem[],
  suffix: string,
  problems: Problems,
): ReadonlyMap<ComponentItem, number> {
  // Sorted by title, so that the order in which a blueprint lists its layers makes no difference.
  const sorted = [...components].sort((a, b) => compare(a.title, b.title));
  const names = new ComponentNames(sorted, problems);
  for (const component of sorted) {
    component.edges = [
      ...names.resolveEdges(component),
      ...readNativeEdges(component, names, suffix, problems),
    ];
  }
  const indexOf = new Map(sorted.map((component, i) => [component, i]));
  const links = sorted.map((component) => component.edges.map((edge) => toLink(component, edge, indexOf)));
  const ordered = orderNodes(links);
  if ('cycles' in ordered) {
    for (const cycle of ordered.cycles)
      refuseCycle(
        cycle.flatMap((node) => sorted[node] ?? []),
        problems,
      );
    return new Map();
  }
  const reduced = reduceLinks(links, ordered.order);
  sorted.forEach((component, i) => {
    component.edges = (reduced[i] ?? [])
      .map((link) => link.edge)
      .sort((a, b) => compare(a.to.title, b.to.title));
    writeNativeEdges(component);
  });
  const waves = waveOfEach(reduced, ordered.order);
  return new Map(sorted.map((component, i) => [component, (waves[i] ?? 0) + 1]));
}

function toLink(
  from: ComponentItem,
  edge: Edge,
  indexOf: ReadonlyMap<ComponentItem, number>,
): Link & { edge: Edge } {
  return { to: indexOf.get(edge.to) ?? 0, explicit: edge.explicit, native: isNative(from, edge.to), edge };
}

function refuseCycle(cycle: readonly ComponentItem[], problems: Problems): void {
  const first = cycle[0];
  if (first === undefined) return;
  const second = cycle[1] ?? first;
  const path = first.edges.find((edge) => edge.to === second)?.path ?? first.path;
  const way = [...cycle, first].map((component) => component.title).join(' → ');
  problems.add('cycle', path, `the dependencies go in a circle, so that none could ever start: ${way}`);
}
