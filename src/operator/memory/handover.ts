import type { DesiredState } from '../../core/objects/desired.ts';
import type { SpecVersion } from '../../core/objects/spec-version.ts';
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

/**
 * What was compiled in another process, on its way to the reconcile that takes it and through that. The objects of the
 * next blueprint stay in the other process until this one's are needed no more: otherwise what is ready would pile up
 * here, while each waits for its turn to be applied.
 */
export class Handover {
  /** The version that was compiled; undefined where no blueprint was read. */
  readonly version: SpecVersion | undefined;
  /** How long its turn took, in milliseconds. */
  readonly tookMs: number;
  /** Resolves when the reconcile that took the verdict is over, or the verdict was dropped. */
  readonly over: Promise<undefined>;
  readonly #over = Promise.withResolvers<undefined>();
  #verdict: ApartVerdict | undefined;

  constructor(verdict: ApartVerdict, version: SpecVersion | undefined, tookMs: number) {
    this.#verdict = verdict;
    this.version = version;
    this.tookMs = tookMs;
    this.over = this.#over.promise;
  }

  /** Takes the verdict; undefined where it was taken or dropped before. */
  take(): ApartVerdict | undefined {
    const verdict = this.#verdict;
    this.#verdict = undefined;
    return verdict;
  }

  /** Records that nobody needs the verdict any more. One that was not taken is dropped. */
  finish(): void {
    this.#verdict = undefined;
    this.#over.resolve(undefined);
  }

  /** Whether it has something to take, other than a reason why nothing was compiled. */
  get compiled(): boolean {
    return this.#verdict?.kind === 'compiled';
  }

  /** Whether it has objects to take. */
  get hasObjects(): boolean {
    return this.#verdict?.kind === 'compiled' && this.#verdict.compiled.ok;
  }
}
