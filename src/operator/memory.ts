import { createHash } from 'node:crypto';
import type { Blueprint } from '../api/schema/blueprint.ts';
import { type Compiled, compile } from '../core/compile.ts';
import type { CompileContext } from '../core/context.ts';
import type { DesiredObject, DesiredState } from '../core/desired.ts';
import { findDrift } from '../core/drift.ts';
import type { Applied } from '../core/plan.ts';
import { toCanonicalJson } from '../core/serialize.ts';
import type { PracticeMemory } from './practice-memory.ts';
import { splitApiVersion, type KubeObject, type ObjectRef } from '../api/object.ts';

/** A compiled blueprint with the digests of what it asks for. */
export type Compilation =
  | { ok: true; desired: DesiredState; digest: string; digests: ReadonlyMap<string, string> }
  | Extract<Compiled, { ok: false }>;

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
  readonly #stored = new Map<string, KubeObject>();
  readonly #satisfied = new Set<string>();
  readonly #recipients = new Map<string, string>();
  /** What was found of bad practice, and asked for that. */
  readonly practice: PracticeMemory = { lookups: new Map() };
  #context:
    | { base: CompileContext; ageRecipient: string | undefined; suspended: boolean; result: CompileContext }
    | undefined;

  /** The compiler's context for this blueprint: the same object for as long as nothing of it changes. */
  contextFor(base: CompileContext, ageRecipient: string | undefined, suspended: boolean): CompileContext {
    const known = this.#context;
    if (known?.base === base && known.ageRecipient === ageRecipient && known.suspended === suspended)
      return known.result;
    const result = { ...base, ageRecipient, suspendGenerated: suspended };
    this.#context = { base, ageRecipient, suspended, result };
    return result;
  }

  /** The public key of a Secret's age pair, where it was read before. */
  ageRecipient(secret: string): string | undefined {
    return this.#recipients.get(secret);
  }

  /** Notes a public key. It stays the same for as long as the Secret is not made anew. */
  noteAgeRecipient(secret: string, recipient: string): void {
    this.#recipients.set(secret, recipient);
  }

  /** What was stored of an object whose kind is not watched, by our own last write. */
  stored(id: string): KubeObject | undefined {
    return this.#stored.get(id);
  }

  /** Notes that somebody else has such an object, which is as good as ours. */
  noteSatisfied(id: string): void {
    this.#satisfied.add(id);
  }

  /** Whether {@link noteSatisfied} was said of it. */
  isSatisfied(id: string): boolean {
    return this.#satisfied.has(id);
  }

  /** Compiles a blueprint, or answers from memory while neither it nor the context has changed. */
  compile(blueprint: Blueprint, context: CompileContext): Compilation {
    const { uid, generation } = blueprint.metadata;
    const known = this.#compiled;
    if (known?.uid === uid && known?.generation === generation && known?.context === context)
      return known.result;
    const result = digestCompiled(compile(blueprint, context));
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
    for (const [id, digest] of compilation.digests) {
      if (!this.#applied.has(id)) this.#applied.set(id, { digest, residue: '' });
    }
  }

  /** Notes that an object was applied, and what the API server made of it. */
  noteApplied(object: DesiredObject, stored: KubeObject): void {
    const residue = findDrift(object.manifest, stored).join();
    this.#applied.set(object.id, { digest: this.digest(object), residue });
    if (isUnwatched(object.ref)) this.#stored.set(object.id, stored);
  }

  /** The digest of an object that the last compilation asked for. */
  digest(object: DesiredObject): string {
    const result = this.#compiled?.result;
    return (result?.ok === true ? result.digests.get(object.id) : undefined) ?? digestOf(object.manifest);
  }

  /** Forgets an object that is gone. */
  forget(id: string): void {
    this.#applied.delete(id);
    this.#stored.delete(id);
  }
}

/** Kinds of the core group are not watched: the operator may not list the namespaces and ConfigMaps of a cluster. */
export function isUnwatched(ref: ObjectRef): boolean {
  return splitApiVersion(ref.apiVersion).group === '';
}

function digestCompiled(compiled: Compiled): Compilation {
  if (!compiled.ok) return compiled;
  const digests = new Map(compiled.desired.objects.map((object) => [object.id, digestOf(object.manifest)]));
  const digest = digestOf([...digests].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ok: true, desired: compiled.desired, digest, digests };
}

/** SHA-256 of a value's canonical JSON, as `sha256:<hex>`. */
function digestOf(value: unknown): string {
  return `sha256:${createHash('sha256').update(toCanonicalJson(value)).digest('hex')}`;
}
