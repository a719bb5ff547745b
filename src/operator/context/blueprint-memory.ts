import { createHash } from 'node:crypto';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { Status } from '../../api/schema/status.ts';
import { type Compiled, compile } from '../../core/compile/compile.ts';
import type { CompileContext } from '../../core/compile/model/context.ts';
import type { DesiredObject, DesiredState } from '../../core/objects/desired.ts';
import { findDrift } from '../../core/objects/drift.ts';
import type { Applied } from '../../core/plan/plan.ts';
import { type Sources, findSources } from '../../core/health/source-revision.ts';
import type { Settings } from './dependencies.ts';
import type { PracticeMemory } from './lint-memory.ts';
import { type KubeObject, type ObjectRef, objectId, splitApiVersion } from '../../api/object.ts';

/** A compiled blueprint with the digests of what it asks for. */
export type Compilation =
  | { ok: true; desired: DesiredState; digest: string; digests: ReadonlyMap<string, Digested> }
  | Extract<Compiled, { ok: false }>;

/** A manifest and its digest. */
interface Digested {
  manifest: KubeObject;
  digest: string;
}

/** What was seen of an object whose kind is not watched, and when (monotonic milliseconds). */
export interface Seen {
  live: KubeObject | undefined;
  /** Whether it is somebody else's, and as good as ours. */
  theirs: boolean;
  at: number;
}

/** A status that is being written while the blueprint is looked at again already. */
export interface PendingStatus {
  /** Of which blueprint it is: another may come under its name. */
  uid: string | undefined;
  status: Status;
  /** Resolves when it is over: with whether it did not fail. */
  stored: Promise<boolean>;
}

/** A public key, and when it was read (monotonic milliseconds). */
export interface Recipient {
  recipient: string | undefined;
  at: number;
}

/**
 * What this process remembers of one blueprint. All of it can be lost: a restart only costs work, for the status
 * says whether the objects were last applied in full as they are desired now.
 */
export class BlueprintMemory {
  #compiled:
    | {
        generation: number | undefined;
        uid: string | undefined;
        context: CompileContext;
        result: Compilation;
      }
    | undefined;
  readonly #applied = new Map<string, Applied>();
  readonly #seen = new Map<string, Seen>();
  readonly #recipients = new Map<string, Recipient>();
  #sources: { desired: DesiredState; found: Sources } | undefined;
  readonly #said = new Map<string, { said: string; since: number }>();
  /** The readiness of its dependencies that an object was told of last, by its id. */
  readonly announcedReadiness = new Map<string, string>();
  /** Ids of what is gone and stands in the stored inventory still: its status waits to be written. */
  readonly gone = new Set<string>();
  /** The status that is on its way to the API server. */
  pending: PendingStatus | undefined;
  /** When the status was written last (monotonic milliseconds). */
  statusWrittenAt = -Infinity;
  /** Until when the account is not looked for again, of which only RBAC can tell (monotonic milliseconds). */
  accountUnseenUntil = -Infinity;
  /** What was found of bad practice, and asked for that. */
  readonly practice: PracticeMemory = { lookups: new Map() };
  #context:
    | { base: CompileContext; ageRecipient: string | undefined; suspended: boolean; result: CompileContext }
    | undefined;

  /** The compiler's context for this blueprint: the same object for as long as nothing of it changes. */
  contextFor(
    base: CompileContext,
    { defaultServiceAccount, noCrossNamespaceRefs = false }: Settings,
    ageRecipient: string | undefined,
    suspended: boolean,
  ): CompileContext {
    const known = this.#context;
    if (known?.base === base && known.ageRecipient === ageRecipient && known.suspended === suspended)
      return known.result;
    const result = {
      ...base,
      ageRecipient,
      suspendGenerated: suspended,
      defaultAccount: defaultServiceAccount !== undefined,
      noCrossNamespaceRefs,
    };
    this.#context = { base, ageRecipient, suspended, result };
    return result;
  }

  /** The public key of a Secret's age pair, where it was read before, and when (monotonic milliseconds). */
  ageRecipient(secret: string): Recipient | undefined {
    return this.#recipients.get(secret);
  }

  /** Notes a public key. */
  noteAgeRecipient(secret: string, recipient: Recipient): void {
    this.#recipients.set(secret, recipient);
  }

  /** The sources of the desired objects, searched once for as long as these are the same. */
  sources(desired: DesiredState): Sources {
    if (this.#sources?.desired !== desired) this.#sources = { desired, found: findSources(desired.objects) };
    return this.#sources.found;
  }

  /** Notes what a source says, and answers since when it says so (monotonic milliseconds). */
  noteSource(ref: ObjectRef, said: string, now: number): number {
    const id = objectId(ref);
    const known = this.#said.get(id);
    if (known?.said === said) return known.since;
    this.#said.set(id, { said, since: now });
    return now;
  }

  /** What was seen last of an object whose kind is not watched. */
  seen(id: string): Seen | undefined {
    return this.#seen.get(id);
  }

  /** Notes what was seen of an object whose kind is not watched. */
  noteSeen(id: string, seen: Seen): void {
    this.#seen.set(id, seen);
  }

  /** Whether somebody else has such an object, which is as good as ours. */
  isSatisfied(id: string): boolean {
    return this.#seen.get(id)?.theirs === true;
  }

  /** Makes all that is not watched be looked at again: something was not as it was thought to be. */
  distrustSeen(): void {
    for (const [id, seen] of this.#seen) this.#seen.set(id, { ...seen, at: -Infinity });
  }

  /** Lets go of what is quickly compiled anew. */
  release(): void {
    this.#compiled = undefined;
    this.#sources = undefined;
  }

  /** How many objects the blueprint asked for when it was compiled last. */
  get size(): number {
    const result = this.#compiled?.result;
    return result?.ok === true ? result.desired.objects.length : 0;
  }

  /** What was compiled last, in a word: the same for as long as it and the blueprint are the same. */
  get compiledVersion(): string {
    const { uid, generation, result } = this.#compiled ?? {};
    return `${uid ?? ''} ${generation ?? 0} ${result?.ok === true ? result.digest : ''}`;
  }

  /** Compiles a blueprint, or answers from memory while neither it nor the context has changed. */
  compile(blueprint: Blueprint, context: CompileContext): Compilation {
    const { uid, generation } = blueprint.metadata;
    const known = this.#compiled;
    if (known?.uid === uid && known?.generation === generation && known?.context === context)
      return known.result;
    const before = known?.result.ok === true ? known.result.digests : new Map<string, Digested>();
    const result = digestCompiled(compile(blueprint, context), before);
    this.#compiled = { uid, generation, context, result };
    return result;
  }

  /** What was applied last of an object, where that is known. */
  applied(id: string): Applied | undefined {
    return this.#applied.get(id);
  }

  /**
   * Takes over what a former process applied: when the digest in the status is that of what is desired now, every
   * object was applied as it is desired, and only drift can be left to repair.
   */
  trust(compilation: Extract<Compilation, { ok: true }>, lastAppliedDigest: string | undefined): void {
    if (compilation.digest !== lastAppliedDigest) return;
    for (const object of compilation.desired.objects) {
      if (this.#applied.has(object.id)) continue;
      this.#applied.set(object.id, { digest: this.digest(object), residue: '', ...manifestOf(object) });
    }
  }

  /** Notes that an object was applied, and what the API server made of it (monotonic milliseconds). */
  noteApplied(object: DesiredObject, stored: KubeObject, at: number): void {
    const { id, manifest } = object;
    const residue = findDrift(manifest, stored).join();
    this.#applied.set(id, { digest: this.digest(object), residue, ...manifestOf(object) });
    if (isUnwatched(object.ref)) this.#seen.set(id, { live: stored, theirs: false, at });
  }

  /** The digest of an object's manifest: one that was compiled last, or any other. */
  digest({ id, manifest }: DesiredObject): string {
    const result = this.#compiled?.result;
    const known = result?.ok === true ? result.digests.get(id) : undefined;
    return known?.manifest === manifest ? known.digest : digestOf(manifest);
  }

  /** Forgets an object that is gone. */
  forget(id: string): void {
    this.#applied.delete(id);
    this.#seen.delete(id);
    this.announcedReadiness.delete(id);
  }
}

/** Kinds of the core group are not watched: the operator may not list the namespaces and ConfigMaps of a cluster. */
export function isUnwatched(ref: ObjectRef): boolean {
  return splitApiVersion(ref.apiVersion).group === '';
}

/** A manifest is kept only where a change may have to wait, while what was applied before is kept up. */
function manifestOf({ environment, manifest }: DesiredObject): Pick<Applied, 'manifest'> {
  return environment === undefined ? {} : { manifest };
}

/**
 * Digests what was compiled. A manifest that is as it was before is kept: what was found of it then, such as that the
 * live object is the same, need not be found again for the 499 of 500 that a change leaves alone.
 */
function digestCompiled(compiled: Compiled, before: ReadonlyMap<string, Digested>): Compilation {
  if (!compiled.ok) return compiled;
  const digests = new Map<string, Digested>();
  const objects = compiled.desired.objects.map((object) => {
    const digest = digestOf(object.manifest);
    const known = before.get(object.id);
    const manifest = known?.digest === digest ? known.manifest : object.manifest;
    digests.set(object.id, { manifest, digest });
    return { ...object, manifest };
  });
  const pairs = [...digests].map(([id, { digest }]) => [id, digest] as const);
  const digest = digestOf(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ok: true, desired: { ...compiled.desired, objects }, digest, digests };
}

/** SHA-256 of a value as JSON, as `sha256:<hex>`. What is compiled has its keys sorted already. */
function digestOf(value: unknown): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(value)).digest('hex')}`;
}
