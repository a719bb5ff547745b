import { revisionName, nextNumber, type StoredRevision } from '../../core/rollout/revision.ts';
import type { RevisionOutline } from '../context/dependencies.ts';
import type { DeletionContext } from '../context/reconcile-context.ts';

/** The stored revisions of one blueprint, as far as their metadata tells. */
export class StoredRevisions {
  readonly outlines: readonly RevisionOutline[];
  readonly #blueprint: string;
  readonly #byName: ReadonlyMap<string, RevisionOutline>;
  readonly #numbers: ReadonlySet<number>;

  /** The revisions of a blueprint; undefined where the operator cannot see any. */
  static of({ deps, blueprint: { metadata } }: DeletionContext): StoredRevisions | undefined {
    const outlines = deps.cache.revisions(metadata.namespace ?? '', metadata.uid);
    return outlines === undefined ? undefined : new StoredRevisions(metadata.name, outlines);
  }

  constructor(blueprint: string, outlines: readonly RevisionOutline[]) {
    this.#blueprint = blueprint;
    this.outlines = outlines;
    this.#byName = new Map(outlines.map((outline) => [outline.name, outline]));
    this.#numbers = new Set(outlines.map(({ revision }) => revision));
  }

  /** The stored revision of a digest; undefined where there is none. */
  find(digest: string): RevisionOutline | undefined {
    return this.#byName.get(revisionName(this.#blueprint, digest));
  }

  /** Whether a revision of this digest or number is stored. */
  has({ digest, revision }: Partial<StoredRevision>): boolean {
    if (digest !== undefined) return this.find(digest) !== undefined;
    return revision !== undefined && this.#numbers.has(revision);
  }

  /** The number of a revision that is not stored yet. */
  next(mentioned: readonly number[]): number {
    const numbered = this.outlines.filter(({ revision }) => Number.isSafeInteger(revision));
    return nextNumber(numbered, mentioned);
  }
}
