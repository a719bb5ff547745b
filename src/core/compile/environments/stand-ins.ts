import { BitSet } from '../../graph/bit-set.ts';
import { findComponents } from '../../graph/order.ts';

/** A target that is gone, or a layer of which a part is gone. */
export interface Gone {
  /** Whether it still stands for itself. */
  stays: boolean;
  /** The targets that it depended on. */
  dependsOn: readonly string[];
}

/** The most names that are listed by themselves of those that stand for nothing: each refuses the blueprint. */
const MAX_UNKNOWN = 1000;

/** The stand-ins of everything that is gone, all found at once. */
export class StandIns {
  readonly #found = new Map<string, BitSet>();
  /** The targets that can stand in, by their numbers in the sets. */
  readonly #targets: readonly string[];
  readonly #listed = new Map<string, readonly string[]>();

  /** `isThere` says whether a target is one of the spec that is left. */
  constructor(gone: ReadonlyMap<string, Gone>, isThere: (target: string) => boolean) {
    const numbers = numberStandIns(gone, isThere);
    this.#targets = [...new Map([...numbers].map(([target, number]) => [number, target])).values()];
    const keys = [...gone.keys()];
    const nodes = new Map(keys.map((target, i) => [target, i]));
    const links = [...gone.values()].map(({ dependsOn }) =>
      dependsOn.flatMap((other) => {
        const to = nodes.get(other);
        return to === undefined ? [] : [{ to }];
      }),
    );
    // Dependencies come first, so that their sets are known. Items in a circle have the same set.
    for (const circle of findComponents(links)) {
      const standIns = new BitSet(this.#targets.length);
      const members = circle.flatMap((node) => keys[node] ?? []);
      for (const target of members) {
        const { stays, dependsOn } = gone.get(target) ?? { stays: false, dependsOn: [] };
        for (const other of stays ? [target, ...dependsOn] : dependsOn) {
          const [number, known] = [numbers.get(other), this.#found.get(other)];
          if (number !== undefined) standIns.add(number);
          if (known !== undefined) standIns.cover(known);
        }
      }
      for (const target of members) this.#found.set(target, standIns);
    }
  }

  /** Whether a target is gone, or a part of it. */
  has(target: string): boolean {
    return this.#found.has(target);
  }

  /** What stands in for a target; the target itself where it is not gone. */
  of(target: string): readonly string[] {
    const standIns = this.#found.get(target);
    if (standIns === undefined) return [target];
    const known = this.#listed.get(target);
    if (known !== undefined) return known;
    const listed = standIns.list().flatMap((number) => this.#targets[number] ?? []);
    this.#listed.set(target, listed);
    return listed;
  }
}

/** Numbers the targets that can stand in for others, from 0. Unknown names above the bound share the last number. */
function numberStandIns(
  gone: ReadonlyMap<string, Gone>,
  isThere: (target: string) => boolean,
): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  const unknown: number[] = [];
  let size = 0;
  const number = (target: string): void => {
    if (numbers.has(target)) return;
    const there = isThere(target);
    const shared = there || unknown.length < MAX_UNKNOWN ? undefined : unknown.at(-1);
    if (shared === undefined && !there) unknown.push(size);
    numbers.set(target, shared ?? size++);
  };
  for (const [target, { stays, dependsOn }] of gone) {
    if (stays) number(target);
    for (const other of dependsOn) if (!gone.has(other)) number(other);
  }
  return numbers;
}
