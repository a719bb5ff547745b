import type { Link } from '../../graph/graph.ts';
import type { ComponentItem, Need } from '../model/item.ts';
import { isNative } from './native-depends-on.ts';

/** A link between two components of a scope, which are numbered by their titles. */
export interface ComponentLink extends Link {
  /** The path that asked for it, where the blueprint names this very component. */
  path?: string;
}

/**
 * The links of the components of a scope. When many components depend on a layer of many, they share the links to
 * these, so that what links take in memory grows with what was written and not with its product.
 */
export class LinkTable {
  readonly #indexOf: ReadonlyMap<ComponentItem, number>;
  /** The links to the components of a layer, by the kind of those that depend on them. */
  readonly #toLayer = new Map<Need['to'], Map<ComponentItem['kind'] | undefined, readonly ComponentLink[]>>();

  /** `components` in the order of their numbers. */
  constructor(components: readonly ComponentItem[]) {
    this.#indexOf = new Map(components.map((component, i) => [component, i]));
  }

  /** The links of a component for all that it needs, in that order; a target may occur several times. */
  linksOf(from: ComponentItem, needs: readonly Need[]): Iterable<ComponentLink> {
    const groups = needs.map((need) => this.#linksFor(from, need));
    return {
      *[Symbol.iterator]() {
        for (const group of groups) yield* group;
      },
    };
  }

  #linksFor(from: ComponentItem, { to, explicit, path }: Need): readonly ComponentLink[] {
    if (explicit) return to.map((one) => ({ ...this.#linkTo(from, one), explicit, path }));
    const byKind = this.#toLayer.get(to) ?? new Map<ComponentItem['kind'] | undefined, ComponentLink[]>();
    this.#toLayer.set(to, byKind);
    // Every `object` has a kind of its own, and none of them is ordered by Flux.
    const kind = from.kind.source === undefined ? undefined : from.kind;
    const known = byKind.get(kind) ?? to.map((one) => this.#linkTo(from, one));
    byKind.set(kind, known);
    return known;
  }

  #linkTo(from: ComponentItem, to: ComponentItem): ComponentLink {
    return { to: this.#indexOf.get(to) ?? 0, explicit: false, native: isNative(from, to) };
  }
}
