import { createHash } from 'node:crypto';
import type { KubeObject } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import { type Compiled, compile } from '../../core/compile/compile.ts';
import type { CompileContext } from '../../core/compile/model/context.ts';
import { type Sources, findSources } from '../../core/health/source-revision.ts';
import type { DesiredObject, DesiredState } from '../../core/objects/desired.ts';
import { memoize } from '../../core/values/memoize.ts';
import { weigh } from '../../core/values/weigh.ts';

/** A blueprint that compiled, with the digests of what it asks for. */
export interface Compilation {
  ok: true;
  desired: DesiredState;
  /** The digest of all manifests together. */
  digest: string;
  /** Each manifest with its digest, by the id of the object. */
  digests: ReadonlyMap<string, Digested>;
}

/** A blueprint that compiled, or the problems that refuse it. */
export type CompileResult = Compilation | Extract<Compiled, { ok: false }>;

/** A manifest and its digest. */
interface Digested {
  manifest: KubeObject;
  digest: string;
}

/** The operator's flags that the compiler obeys. */
export interface CompileSettings {
  /** The account, in the namespace of the blueprint, of blueprints that name none. */
  defaultServiceAccount?: string | undefined;
  /** Whether blueprints without an account, and objects that name another one, are refused. Default: false. */
  requireServiceAccount?: boolean;
  /** Whether references to sources in other namespaces are refused. Default: false. */
  noCrossNamespaceRefs?: boolean;
}

/** What makes the compiler's context of one blueprint differ from that of all. */
export interface CompileInput {
  /** The context of all blueprints: the same object for as long as the cluster serves the same kinds. */
  base: CompileContext;
  settings: CompileSettings;
  /** The public key of the blueprint's age pair, where it has one. */
  ageRecipient: string | undefined;
  /** Whether Flux is suspended on what the blueprint generates. */
  suspended: boolean;
}

interface Known {
  uid: string | undefined;
  generation: number | undefined;
  context: CompileContext;
  result: CompileResult;
}

/** The last result of compiling one blueprint, and what was derived from it. Everything in it can be made anew. */
export class CompileCache {
  #known: Known | undefined;
  #context: { input: CompileInput; context: CompileContext } | undefined;
  #sources: { desired: DesiredState; sources: Sources } | undefined;

  /** Compiles a blueprint, or answers from memory while neither the blueprint nor the input has changed. */
  compile(blueprint: Blueprint, input: CompileInput): CompileResult {
    const { uid, generation } = blueprint.metadata;
    const context = this.#contextFor(input);
    const known = this.#known;
    if (known?.uid === uid && known?.generation === generation && known?.context === context)
      return known.result;
    const before = known?.result.ok === true ? known.result.digests : new Map<string, Digested>();
    const result = digestCompiled(compile(blueprint, context), before);
    this.#known = { uid, generation, context, result };
    return result;
  }

  /** The compiler's context: the same object for as long as the input says the same. */
  #contextFor(input: CompileInput): CompileContext {
    const { base, settings, ageRecipient, suspended } = input;
    const known = this.#context;
    if (
      known?.input.base === base &&
      known.input.ageRecipient === ageRecipient &&
      known.input.suspended === suspended
    )
      return known.context;
    const context = {
      ...base,
      ageRecipient,
      suspendGenerated: suspended,
      defaultAccount: settings.defaultServiceAccount,
      requireAccount: settings.requireServiceAccount ?? false,
      noCrossNamespaceRefs: settings.noCrossNamespaceRefs ?? false,
    };
    this.#context = { input, context };
    return context;
  }

  /** The sources of the desired objects, searched once for each desired state. */
  sources(desired: DesiredState): Sources {
    if (this.#sources?.desired !== desired)
      this.#sources = { desired, sources: findSources(desired.objects) };
    return this.#sources.sources;
  }

  /** The digest of an object's manifest, whether it was compiled last or not. */
  digest({ id, manifest }: DesiredObject): string {
    const result = this.#known?.result;
    const known = result?.ok === true ? result.digests.get(id) : undefined;
    return known?.manifest === manifest ? known.digest : digestOf(manifest);
  }

  /** About how many bytes the manifests take that are held; 0 if there are none. */
  get bytes(): number {
    const result = this.#known?.result;
    return result?.ok === true ? weighManifests(result.desired) : 0;
  }

  /** A name for what was last compiled: it stays the same for as long as the blueprint and the result do. */
  get version(): string {
    const { uid, generation, result } = this.#known ?? {};
    return `${uid ?? ''} ${generation ?? 0} ${result?.ok === true ? result.digest : ''}`;
  }

  /** Drops what can be compiled again quickly. */
  release(): void {
    this.#known = undefined;
    this.#sources = undefined;
  }
}

const weighManifests = memoize(({ objects }: DesiredState): number =>
  objects.reduce((sum, { manifest }) => sum + weigh(manifest), 0),
);

/**
 * Digests what was compiled. A manifest that did not change is kept as the same object: what is memoized for it, such
 * as that the live object equals it, then holds for the 499 of 500 objects that a change leaves alone.
 */
function digestCompiled(compiled: Compiled, before: ReadonlyMap<string, Digested>): CompileResult {
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

/** SHA-256 of a value as JSON, as `sha256:<hex>`. Compiled manifests have their keys sorted already. */
function digestOf(value: unknown): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(value)).digest('hex')}`;
}
