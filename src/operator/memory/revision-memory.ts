import type { Approval } from '../../api/schema/revision/approval.ts';
import type { Spec } from '../../api/schema/spec.ts';
import { weighOnce } from '../bounds/weigh-live.ts';
import { ApartMemory } from './compile-apart.ts';
import { type Compilation, CompileCache } from './compile-cache.ts';

/** What this process remembers of one stored revision that is in force while another one is wanted. */
export interface KnownRevision {
  readonly compiled: CompileCache;
  readonly apart: ApartMemory;
}

/** The spec of a stored revision. */
export interface KnownSnapshot {
  spec: Spec;
  uid: string | undefined;
}

/** What is desired when several revisions are in force. */
export interface Composed {
  /** What it was made of. */
  of: readonly unknown[];
  compilation: Compilation;
}

/** The approvals of a revision, as of one version of the object that stores it. */
export interface KnownApprovals {
  uid: string | undefined;
  resourceVersion: string | undefined;
  approvals: readonly Approval[];
}

/**
 * What this process remembers of the revisions of one blueprint. It holds something only while a change waits; all of
 * it can be read and compiled again.
 */
export class RevisionMemory {
  readonly #known = new Map<string, KnownRevision>();
  /** The snapshots that were read, by their digest. Written where revisions are loaded. */
  readonly snapshots = new Map<string, KnownSnapshot>();
  /** The digest of the wanted spec, by its version. Written by the rollout phase. */
  wanted: { version: string; digest: string } | undefined;
  /** What was put together last, the latest first. Written by the rollout phase. */
  composed: readonly Composed[] = [];
  /** What was told of approvals that do not count. Written by the rollout phase. */
  told: ReadonlySet<string> = new Set();
  /** Until when a revision is not stored that could not be, in monotonic milliseconds. Written where it is stored. */
  restsUntil = -Infinity;
  /** From when on stored revisions are marked and deleted, in monotonic milliseconds. Written where they are kept. */
  tidyAt = -Infinity;
  /** Written by the rollout phase. */
  approvals: KnownApprovals | undefined;

  /** What is remembered of the revision of a digest; empty where nothing is. */
  of(digest: string): KnownRevision {
    const known = this.#known.get(digest) ?? { compiled: new CompileCache(), apart: new ApartMemory() };
    this.#known.set(digest, known);
    return known;
  }

  /** Forgets all revisions but those of some digests. */
  keepOnly(digests: ReadonlySet<string>): void {
    for (const [digest, { apart }] of this.#known) {
      if (digests.has(digest)) continue;
      apart.close();
      this.#known.delete(digest);
      this.snapshots.delete(digest);
    }
    if (this.#known.size === 0) this.composed = [];
  }

  /** Ends what a reconcile has taken of compilations in another process. */
  finish(): void {
    for (const { apart } of this.#known.values()) apart.finish();
  }

  /** Drops what waits to be taken, because no reconcile will take it. */
  drop(): void {
    for (const { apart } of this.#known.values()) apart.drop();
  }

  /** Drops what waits to be taken, now and later: the blueprint is gone. */
  close(): void {
    for (const { apart } of this.#known.values()) apart.close();
  }

  /** About how many bytes what was compiled takes. */
  get bytes(): number {
    let sum = 0;
    for (const { compiled } of this.#known.values()) sum += compiled.weighed?.bytes ?? 0;
    for (const { spec } of this.snapshots.values()) sum += weighOnce(spec);
    return sum;
  }

  /** Drops what can be compiled again. */
  release(): void {
    for (const { compiled } of this.#known.values()) compiled.release();
    this.snapshots.clear();
    this.composed = [];
    this.approvals = undefined;
  }
}
