import type { Drafted } from './draft-scope.ts';
import { linkComponents } from './link/link-dependencies.ts';
import { linkSources } from './link/link-sources.ts';
import { isNative } from './link/native-depends-on.ts';
import type { Budget } from './model/budget.ts';
import type { ComponentItem, Item } from './model/item.ts';
import { type Placed, placeAlone } from './place.ts';

/** Links the drafts of a scope, components to sources and components to each other, and places them in waves. */
export function linkScope(
  { scope, sources, components, inPlace, index, problems }: Drafted,
  budget: Budget,
): Placed[] {
  linkSources(components, { index, inPlace, suffix: scope.suffix }, problems);
  const waves = linkComponents(components, { suffix: scope.suffix, budget, problems });
  return [...sources.map(placeAlone), ...components.map((component) => placeComponent(component, waves))];
}

function placeComponent(item: ComponentItem, waves: ReadonlyMap<ComponentItem, number>): Placed {
  const source = item.source?.item;
  const needed: Item[] = item.edges.map((edge) => edge.to);
  return {
    item,
    wave: waves.get(item) ?? 1,
    dependsOn: source === undefined ? needed : [...needed, source],
    createAfter: item.edges.filter((edge) => !isNative(item, edge.to)).map((edge) => edge.to),
    external: item.external,
  };
}
