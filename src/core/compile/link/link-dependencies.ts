/**
 * Links: edges between the items that drafting left apart. Components are linked to their sources (`link-sources.ts`)
 * and to each other (here), references by name follow objects to their names in each environment
 * (`rename-references.ts`), and what follows from a link is written into the specs. Begin with {@link linkComponents}.
 */
import { orderNodes, waveOfEach } from '../../graph/order.ts';
import { reduceLinks } from '../../graph/reduce.ts';
import type { Problems } from '../../validation/problem.ts';
import { compare } from '../../values/path.ts';
import type { Budget } from '../model/budget.ts';
import type { ComponentItem, Edge, Need } from '../model/item.ts';
import { ComponentNames } from './component-names.ts';
import { type ComponentLink, LinkTable } from './link-table.ts';
import { readNativeNeeds, writeNativeEdges } from './native-depends-on.ts';

/** What linking needs beside the components: the suffix of their names, and the bytes that edges may take. */
export interface Linking {
  suffix: string;
  budget: Budget;
  problems: Problems;
}

/**
 * Resolves what each component of a scope depends on, refuses cycles, drops the edges that others imply, and writes
 * those that Flux understands into the specs. Returns the wave of each component, 1 for those without dependencies; an
 * empty map after refusing a cycle, or more edges than the budget has room for.
 */
export function linkComponents(
  components: readonly ComponentItem[],
  { suffix, budget, problems }: Linking,
): ReadonlyMap<ComponentItem, number> {
  // Sorted by title, so that the order in which a blueprint lists its layers makes no difference.
  const sorted = [...components].sort((a, b) => compare(a.title, b.title));
  const names = new ComponentNames(sorted, problems);
  const needs = sorted.map((component) =>
    withoutRepetition([
      ...names.resolveNeeds(component),
      ...readNativeNeeds(component, names, suffix, problems),
    ]),
  );
  budget.foresee(countLinks(needs) * EDGE_BYTES);
  const table = new LinkTable(sorted);
  const links = sorted.map((component, i) => table.linksOf(component, needs[i] ?? []));
  const ordered = orderNodes(links);
  if ('cycles' in ordered) {
    for (const cycle of ordered.cycles) refuseCycle(cycle, sorted, needs, problems);
    return new Map();
  }
  const reduced = reduceLinks(links, ordered.order);
  if (!checkEdges(reduced, sorted, budget, problems)) return new Map();
  sorted.forEach((component, i) => {
    component.edges = edgesOf(reduced[i] ?? [], needs[i] ?? [], sorted);
    writeNativeEdges(component);
  });
  const waves = waveOfEach(reduced, ordered.order);
  return new Map(sorted.map((component, i) => [component, (waves[i] ?? 0) + 1]));
}

/** How many links there are before those that others imply are dropped. */
function countLinks(needs: readonly (readonly Need[])[]): number {
  return needs.flat().reduce((sum, { to }) => sum + to.length, 0);
}

/** The needs of a component, each once: a list may name one layer a hundred times. */
function withoutRepetition(needs: readonly Need[]): Need[] {
  const named = new Set<unknown>();
  return needs.filter(({ to, explicit }) => {
    const target = explicit ? to[0] : to;
    return !named.has(target) && named.add(target);
  });
}

/** The edges for the links of a component, sorted by the titles of their targets. */
function edgesOf(
  links: readonly ComponentLink[],
  needs: readonly Need[],
  sorted: readonly ComponentItem[],
): Edge[] {
  const pathOfLayer = new Map<string, string>();
  for (const { to, explicit, path } of needs) {
    const layer = to[0]?.layer ?? '';
    if (!explicit && !pathOfLayer.has(layer)) pathOfLayer.set(layer, path);
  }
  return [...links]
    .sort((a, b) => a.to - b.to)
    .flatMap(({ to: index, explicit, path }) => {
      const to = sorted[index];
      return to === undefined ? [] : [{ to, explicit, path: path ?? pathOfLayer.get(to.layer) ?? to.path }];
    });
}

/** What an edge takes in the manifests and while they are made, in bytes. */
const EDGE_BYTES = 100;

/** Refuses more edges than the budget has room for; returns whether they fit. */
function checkEdges(
  reduced: readonly (readonly ComponentLink[])[],
  sorted: readonly ComponentItem[],
  budget: Budget,
  problems: Problems,
): boolean {
  const edges = reduced.reduce((sum, links) => sum + links.length, 0);
  if (budget.spend(edges * EDGE_BYTES)) return true;
  const most = reduced.reduce(
    (best, links, i) => (links.length > (reduced[best]?.length ?? 0) ? i : best),
    0,
  );
  const component = sorted[most];
  problems.add(
    'too-expensive',
    component?.path ?? 'spec.layers',
    `asks for ${edges} dependencies between objects, and this one alone for ${reduced[most]?.length ?? 0}: ${budget.describe(edges * EDGE_BYTES)}; let one component wait for the others, and depend on that one`,
  );
  return false;
}

function refuseCycle(
  cycle: readonly number[],
  sorted: readonly ComponentItem[],
  needs: readonly (readonly Need[])[],
  problems: Problems,
): void {
  const [first, second = first] = cycle.flatMap((node) => sorted[node] ?? []);
  if (first === undefined || second === undefined) return;
  const asked = needs[cycle[0] ?? 0]?.find(({ to }) => to.includes(second));
  const way = [...cycle, cycle[0] ?? 0].map((node) => sorted[node]?.title ?? '').join(' → ');
  problems.add(
    'cycle',
    asked?.path ?? first.path,
    `the dependencies go in a circle, so that none could ever start: ${way}`,
  );
}
