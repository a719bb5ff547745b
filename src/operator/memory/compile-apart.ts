import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { CompileContext } from '../../core/compile/model/context.ts';
import type { DesiredState } from '../../core/objects/desired.ts';
import { type SpecVersion, isOfVersion, specVersionOf } from '../../core/objects/spec-version.ts';
import type { Problem } from '../../core/validation/problem.ts';
import type { DigestedObject } from './digests.ts';

/** What was compiled in another process, or the problems that refuse it. */
export type CompiledApart =
  | { ok: true; objects: readonly DigestedObject[]; environments: DesiredState['environments'] }
  | { ok: false; problems: Problem[] };

/** What became of compiling a blueprint in another process. */
export type ApartVerdict =
  | { kind: 'compiled'; compiled: CompiledApart }
  /** It was not compiled, for a reason that is not the blueprint's. */
  | { kind: 'failed'; why: string };

/** For how many times as long as compiling took, the blueprint is not compiled again, and the most, in milliseconds. */
const REST_FACTOR = 10;
const MAX_REST_MS = 120_000;

/** Names what a compilation is of. */
interface Subject {
  blueprint: Blueprint;
  context: CompileContext;
}

/**
 * What this process remembers of compiling one blueprint in another process. That goes on between reconciles, so that no
 * worker waits for it, and its result lies here until the next reconcile.
 */
export class ApartMemory {
  /** Resolves when what is under way is over; undefined while nothing is. */
  underWay: Promise<void> | undefined;
  #restsUntil = -Infinity;
  #over: { version: SpecVersion; context: CompileContext; verdict: ApartVerdict } | undefined;
  #large: SpecVersion | undefined;

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
  follow(
    { blueprint, context }: Subject,
    verdict: Promise<{ verdict: ApartVerdict; tookMs: number }>,
    clock: () => number,
  ): void {
    this.underWay = verdict.then(({ verdict, tookMs }) => {
      this.underWay = undefined;
      this.#over = { version: specVersionOf(blueprint), context, verdict };
      if (verdict.kind === 'compiled')
        this.#restsUntil = clock() + Math.min(MAX_REST_MS, REST_FACTOR * tookMs);
    });
  }

  /** Takes the verdict on this version of a blueprint, once; undefined where there is none. */
  take({ blueprint, context }: Subject): ApartVerdict | undefined {
    const over = this.#over;
    this.#over = undefined;
    return over?.context === context && isOfVersion(blueprint, over.version) ? over.verdict : undefined;
  }
}
