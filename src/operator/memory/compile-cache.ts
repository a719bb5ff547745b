import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { Compiled } from '../../core/compile/compile.ts';
import type { CompileContext, MovedRelease } from '../../core/compile/model/context.ts';
import { ownRightsIn } from '../../core/compile/model/own-rights.ts';
import { type Sources, findSources } from '../../core/health/source-revision.ts';
import type { DesiredObject, DesiredState } from '../../core/objects/desired.ts';
import { type SpecVersion, isOfVersion, specVersionOf } from '../../core/objects/spec-version.ts';
import { equalJson } from '../../core/values/json.ts';
import { memoize } from '../../core/values/memoize.ts';
import { copyJson } from '../../core/values/truncate.ts';
import type { Weighed } from '../bounds/heaviness.ts';
import { weighOnce } from '../bounds/weigh-live.ts';
import type { CompiledApart } from './handover.ts';
import { type Compilation, type Digested, completeCompilation, digestManifest } from './digests.ts';

export type { Compilation } from './digests.ts';

/** A blueprint that compiled, or the problems that refuse it. */
export type CompileResult = Compilation | Extract<Compiled, { ok: false }>;

/** The operator's flags that the compiler obeys. */
export interface CompileSettings {
  /** The account, in the namespace of the blueprint, of blueprints that name none. */
  defaultServiceAccount?: string | undefined;
  /** Whether blueprints without an account, and objects that name another one, are refused. Default: false. */
  requireServiceAccount?: boolean;
  /** Whether references to sources in other namespaces are refused. Default: false. */
  noCrossNamespaceRefs?: boolean;
  /** The namespaces whose blueprints without an account are written with the operator's rights. Default: none. */
  adminNamespaces?: readonly string[];
}

/**
 * The account that stands in for blueprints of a namespace which name none; undefined where none does. In an admin's
 * namespace the operator writes with its own rights.
 */
export function defaultAccountIn(
  namespace: string,
  { adminNamespaces, defaultServiceAccount }: CompileSettings,
): string | undefined {
  return ownRightsIn(namespace, adminNamespaces) === 'Cluster' ? undefined : defaultServiceAccount;
}

/** What makes the compiler's context of one blueprint differ from that of all. */
export interface CompileInput {
  /** The context of all blueprints: the same object for as long as the cluster serves the same kinds. */
  base: CompileContext;
  settings: CompileSettings;
  /** The namespace of the blueprint; it never changes. */
  namespace: string;
  /** The public key of the blueprint's age pair, where it has one. */
  ageRecipient: string | undefined;
  /** Whether Flux is suspended on what the blueprint generates. */
  suspended: boolean;
  /** The names of the releases that exist, by the `namespace/name` of their HelmReleases. */
  releaseNames: ReadonlyMap<string, string>;
  /** The releases that HelmReleases have from others, by the `namespace/name` of the HelmReleases. */
  movedReleases: ReadonlyMap<string, MovedRelease>;
}

interface Known {
  version: SpecVersion;
  context: CompileContext;
  result: CompileResult;
}

/** The last result of compiling one blueprint, and what was derived from it. Everything in it can be made anew. */
export class CompileCache {
  #known: Known | undefined;
  #context: { input: CompileInput; context: CompileContext } | undefined;
  #sources: { desired: DesiredState; sources: Sources } | undefined;

  /** The last result, where it is of this version of the blueprint and of this context; undefined otherwise. */
  recall(blueprint: Blueprint, context: CompileContext): CompileResult | undefined {
    const known = this.#known;
    return known?.context === context && isOfVersion(blueprint, known.version) ? known.result : undefined;
  }

  /** Whether the last result has an object with this very manifest. */
  isKnown({ id, manifest }: DesiredObject): boolean {
    const known = this.digests.get(id);
    return known !== undefined && known.digest === digestManifest(manifest).digest;
  }

  /** Records a result, in which manifests that did not change become those of the result before. */
  record(blueprint: Blueprint, context: CompileContext, compiled: Compiled | CompiledApart): CompileResult {
    // Problems are kept, and so share no text with the blueprint.
    const result = compiled.ok ? this.#complete(compiled) : copyJson(compiled);
    this.#known = { version: specVersionOf(blueprint), context, result };
    return result;
  }

  /** The manifests of the last result with their digests, by the id of the object. */
  get digests(): ReadonlyMap<string, Digested> {
    const result = this.#known?.result;
    return result?.ok === true ? result.digests : new Map();
  }

  #complete(compiled: Extract<Compiled | CompiledApart, { ok: true }>): Compilation {
    if ('objects' in compiled)
      return completeCompilation(compiled.objects, compiled.environments, this.digests);
    const { objects, environments } = compiled.desired;
    const digested = objects.map((object) => ({ object, digest: digestManifest(object.manifest).digest }));
    return completeCompilation(digested, environments, this.digests);
  }

  /** The compiler's context: the same object for as long as the input says the same. */
  contextFor(input: CompileInput): CompileContext {
    const { base, namespace, settings, ageRecipient, suspended, releaseNames, movedReleases } = input;
    const known = this.#context;
    if (
      known?.input.base === base &&
      known.input.ageRecipient === ageRecipient &&
      known.input.suspended === suspended &&
      isSameMap(known.input.releaseNames, releaseNames) &&
      equalJson([...known.input.movedReleases], [...movedReleases])
    )
      return known.context;
    const ownRights = ownRightsIn(namespace, settings.adminNamespaces);
    const context = {
      ...base,
      ageRecipient,
      suspendGenerated: suspended,
      releaseNames,
      movedReleases,
      ownRights,
      defaultAccount: defaultAccountIn(namespace, settings),
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
    const known = this.digests.get(id);
    return known?.manifest === manifest ? known.digest : digestManifest(manifest).digest;
  }

  /** What the version that is held compiled to, or why it is refused; undefined while none is held. */
  get weighed(): Weighed | undefined {
    if (this.#known === undefined) return undefined;
    const { version, result } = this.#known;
    return { version, bytes: result.ok ? weighManifests(result.desired) : weighOnce(result.problems) };
  }

  /** A name for what was last compiled: it stays the same for as long as the blueprint and the result do. */
  get version(): string {
    const { version: { uid = '', generation = 0 } = {}, result } = this.#known ?? {};
    return `${uid} ${generation} ${result?.ok === true ? result.digest : ''}`;
  }

  /** Drops what can be compiled again quickly. */
  release(): void {
    this.#known = undefined;
    this.#sources = undefined;
  }
}

function isSameMap(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a === b || (a.size === b.size && [...a].every(([key, value]) => b.get(key) === value));
}

const weighManifests = memoize(({ objects }: DesiredState): number =>
  // Of 500 manifests a change leaves 499 the same objects, which need not be weighed again.
  objects.reduce((sum, { manifest }) => sum + weighOnce(manifest), 0),
);
