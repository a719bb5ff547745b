import type { ExternalDependency } from '../objects/desired.ts';
import type { Item } from './model/item.ts';
import type { Notifications } from './notifications.ts';

/** An item that is complete, with its place in the order. */
export interface Placed {
  item: Item;
  /** Items of a wave depend on earlier waves only. */
  wave: number;
  dependsOn: readonly Item[];
  /** Those of `dependsOn` that Flux cannot wait for, so that the operator creates the object only after them. */
  createAfter: readonly Item[];
  /** Objects outside of the blueprint that must be ready first. */
  external: readonly ExternalDependency[];
}

/** Places an item that depends on nothing in the first wave. */
export function placeAlone(item: Item): Placed {
  return { item, wave: 0, dependsOn: [], createAfter: [], external: [] };
}

/** Places providers and receivers in the first wave, and each alert after its provider. */
export function placeNotifications({ providers, alerts, receivers }: Notifications): Placed[] {
  return [
    ...[...providers, ...receivers].map(placeAlone),
    ...alerts.map(({ item, provider }) =>
      provider === undefined ? placeAlone(item) : { ...placeAlone(item), wave: 1, dependsOn: [provider] },
    ),
  ];
}

/** Places namespaces before everything else, in a wave of their own. */
export function placeAfterNamespaces(namespaces: readonly Item[], placed: readonly Placed[]): Placed[] {
  if (namespaces.length === 0) return [...placed];
  return [...namespaces.map(placeAlone), ...placed.map((place) => ({ ...place, wave: place.wave + 1 }))];
}
