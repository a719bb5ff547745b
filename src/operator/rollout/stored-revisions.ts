import type { KnownRevisions } from '../../core/rollout/in-force.ts';
import { nextNumber, revisionName } from '../../core/rollout/revision.ts';
import type { RevisionOutline } from '../context/dependencies.ts';
import type { DeletionContext } from '../context/reconcile-context.ts';

/** The stored revisions of one blueprint, as far as their metadata tells. */
export class StoredRevisions {
  readonly outlines: readonly RevisionOutline[];
  readonly #blueprint: string;
  readonly #byName: ReadonlyMap<string, RevisionOutline>;
  readonly #byNumber: ReadonlyMap<number, RevisionOutline>;

  /** The revisions of a blueprint; undefined where the operator cannot see any. */
  static of({ deps, blueprint: { metadata } }: DeletionContext): StoredRevisions | undefined {
    const outlines = deps.cache.revisions(metadata.namespace ?? '', metadata.uid);
    return outlines === undefined ? undefined : new StoredRevisions(metadata.name, outlines);
  }

  constructor(blueprint: string, outlines: readonly RevisionOutline[]) {
    this.#blueprint = blueprint;
    this.outlines = outlines;
    this.#byName = new Map(outlines.map((outline) => [outline.name, outline]));
    this.#byNumber = new Map(outlines.map((outline) => [outline.revision, outline]));
  }

  /** The stored revision of a digest; undefined where there is none. */
  find(digest: string): RevisionOutline | undefined {
    return this.#byName.get(revisionName(this.#blueprint, digest));
  }

  /** What a status may name. */
  get known(): KnownRevisions {
    return {
      has: (digest) => this.find(digest) !== undefined,
      find: (revision) => (revision === undefined ? undefined : this.#byNumber.get(revision)),
    };
  }

  /** The number of a revision that is not stored yet. */
  next(mentioned: readonly number[]): number {
    const numbered = this.outlines.filter(({ revision }) => Number.isSafeInteger(revision));
    return nextNumber(numbered, mentioned);
  }
}
