import { parseKey } from '../../core/objects/ownership.ts';
import { addTo } from '../../core/values/add-to.ts';

/** How many watches of objects that others make may be open. */
export interface WatchLimits {
  /** For one blueprint. */
  perBlueprint: number;
  /** For all blueprints together, of which those of one namespace may have half. */
  total: number;
}

/** What a watch gives back when it ends. */
export type Release = () => void;

/**
 * Counts watches, each for the blueprint that opened it, so that no blueprint and no namespace can take all
 * connections. What is not watched is read now and then.
 */
export class WatchAllowance {
  readonly #limits: WatchLimits;
  readonly #byKey = new Map<string, number>();
  readonly #byNamespace = new Map<string, number>();
  #open = 0;

  constructor(limits: WatchLimits) {
    this.#limits = limits;
  }

  /** How many watches are open. */
  get open(): number {
    return this.#open;
  }

  /**
   * Takes one watch for a blueprint (`namespace/name`), and answers how to give it back; undefined if there is none.
   */
  take(key: string): Release | undefined {
    const { perBlueprint, total } = this.#limits;
    const { namespace } = parseKey(key);
    if (this.#open >= total || countOf(this.#byKey, key) >= perBlueprint) return undefined;
    if (countOf(this.#byNamespace, namespace) >= Math.ceil(total / 2)) return undefined;
    this.#count(key, namespace, 1);
    return () => {
      this.#count(key, namespace, -1);
    };
  }

  #count(key: string, namespace: string, change: 1 | -1): void {
    this.#open += change;
    addTo(this.#byKey, key, change);
    addTo(this.#byNamespace, namespace, change);
  }
}

function countOf(counts: ReadonlyMap<string, number>, name: string): number {
  return counts.get(name) ?? 0;
}
