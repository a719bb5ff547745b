import type { CompileContext } from '../../core/compile/model/context.ts';
import type { Retained } from '../../ports/reflector.ts';
import type { Weighed } from '../bounds/heaviness.ts';
import { weighOnce } from '../bounds/weigh-live.ts';
import { memoize } from '../../core/values/memoize.ts';
import { weigh } from '../../core/values/weigh.ts';
import { ApartMemory } from './compile-apart.ts';
import { CompileCache } from './compile-cache.ts';
import { ExpressionMemory } from './expression-memory.ts';
import type { LastLint, LintMemory } from './lint-memory.ts';
import { ObjectMemory } from './object-memory.ts';
import { ReadingMemory } from './reading-memory.ts';
import { RevisionMemory } from './revision-memory.ts';
import { SourceMemory } from './source-memory.ts';
import { StatusMemory } from './status-memory.ts';

/** About what is held of an object beside its manifest, in bytes: names, ids, digests, and where fields come from. */
const AROUND_MANIFEST = 1_000;

/** The public key of an age pair. */
export interface Recipient {
  /** Undefined where the Secret holds no key that can be read. */
  recipient: string | undefined;
  /** When the Secret was read, in monotonic milliseconds. */
  at: number;
}

/**
 * What this process remembers of one blueprint, a part for each phase. All of it may be lost: a restart only costs
 * work, because the status says whether the objects were last applied in full as they are desired now.
 */
export class BlueprintMemory implements Retained {
  readonly compiled = new CompileCache();
  readonly apart = new ApartMemory();
  readonly revisions = new RevisionMemory();
  readonly objects = new ObjectMemory();
  readonly status = new StatusMemory();
  readonly sources = new SourceMemory();
  readonly expressions = new ExpressionMemory();
  readonly reading = new ReadingMemory();
  readonly lint: LintMemory = {
    lookups: new Map(),
    renamed: undefined,
    parents: new Map(),
    parentsReadAt: -Infinity,
    last: undefined,
    alone: new WeakMap(),
  };
  /** The public keys of age pairs, by the name of their Secret. */
  readonly ageRecipients = new Map<string, Recipient>();
  /** Where only RBAC can tell that the account exists: how long it is taken to, in monotonic milliseconds. */
  readonly account = { assumedUntil: -Infinity };
  /**
   * The releases that HelmReleases are about to have from others, by their `namespace/name`. Written where moves are
   * found; once such a HelmRelease is there, its annotation says it.
   */
  movedReleases: NonNullable<CompileContext['movedReleases']> = new Map();
  /** The uid of a blueprint that was let go, whose copy may lag. Written where the finalizer is taken off. */
  letGo: string | undefined;
  /** What the version that was compiled last takes. Written where the memory is used. */
  weighed: Weighed | undefined;

  /**
   * About how many bytes it takes that grow with what a tenant wrote, and that {@link release} drops.
   */
  get bytes(): number {
    const compiled = (this.compiled.weighed?.bytes ?? 0) + this.compiled.digests.size * AROUND_MANIFEST;
    const { last, renamed } = this.lint;
    const found =
      (last === undefined ? 0 : weighLint(last)) + (renamed === undefined ? 0 : weighOnce(renamed));
    return compiled + this.revisions.bytes + this.objects.seenBytes + found;
  }

  /** Drops what can be compiled, found or read again quickly. */
  release(): void {
    this.compiled.release();
    this.revisions.release();
    this.objects.release();
    this.lint.last = undefined;
    this.lint.renamed = undefined;
  }
}

const weighLint = memoize(({ result, asked, reported }: LastLint): number =>
  weigh([result, asked, [...reported.undelivered], [...reported.deployers], [...reported.parents]]),
);
