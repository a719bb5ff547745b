import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { CompileContext } from '../../core/compile/model/context.ts';
import { type SpecVersion, isOfVersion, specVersionOf } from '../../core/objects/spec-version.ts';
import type { ApartVerdict, Handover } from './handover.ts';

/** For how many times as long as compiling took, the blueprint is not compiled again, and the most, in milliseconds. */
const REST_FACTOR = 10;
const MAX_REST_MS = 120_000;

/** Names what a compilation is of. */
interface Subject {
  blueprint: Blueprint;
  context: CompileContext;
}

/**
 * What this process remembers of compiling one blueprint in another process. That goes on between reconciles, so that
 * no worker waits for it, and its result waits here for the next reconcile.
 */
export class ApartMemory {
  /** Resolves when what is under way is over; undefined while nothing is. */
  underWay: Promise<void> | undefined;
  #restsUntil = -Infinity;
  #over: { context: CompileContext; handover: Handover } | undefined;
  /** What the reconcile that is under way has taken. */
  #taken: Handover | undefined;
  #large: SpecVersion | undefined;
  #closed = false;

  /** Whether this version of the blueprint is known to be too large to be compiled at once. */
  isLarge(blueprint: Blueprint): boolean {
    return isOfVersion(blueprint, this.#large);
  }

  /** Records that this version of the blueprint is too large to be compiled at once. */
  recordLarge(blueprint: Blueprint): void {
    this.#large = specVersionOf(blueprint);
  }

  /** How long the blueprint has to wait yet before it is compiled again, in milliseconds; 0 where it need not. */
  restMs(now: number): number {
    return Math.max(0, this.#restsUntil - now);
  }

  /**
   * Follows a compilation.
   *
   * @param clock the monotonic time, in milliseconds
   */
  follow(context: CompileContext, compilation: Promise<Handover>, clock: () => number): void {
    this.underWay = compilation.then((handover) => {
      this.underWay = undefined;
      if (handover.compiled)
        this.#restsUntil = clock() + Math.min(MAX_REST_MS, REST_FACTOR * handover.tookMs);
      this.#over = { context, handover };
      if (this.#closed) this.drop();
    });
  }

  /**
   * Takes the verdict on this version of a blueprint, or why there is none, once; undefined where there is neither. A
   * verdict on another version is dropped. {@link finish} has to follow.
   */
  take({ blueprint, context }: Subject): ApartVerdict | undefined {
    if (this.#over === undefined) return undefined;
    const { context: compiledFor, handover } = this.#over;
    this.#over = undefined;
    this.#taken = handover;
    const verdict = handover.take();
    if (verdict?.kind === 'failed') return verdict;
    return compiledFor === context && isOfVersion(blueprint, handover.version) ? verdict : undefined;
  }

  /** Records that the reconcile that may have taken a verdict is over. */
  finish(): void {
    this.#taken?.finish();
    this.#taken = undefined;
  }

  /** Drops what waits to be taken, because no reconcile will take it. */
  drop(): void {
    this.#over?.handover.finish();
    this.#over = undefined;
  }

  /** Drops what waits to be taken, now and later: the blueprint is gone. */
  close(): void {
    this.#closed = true;
    this.drop();
  }
}
