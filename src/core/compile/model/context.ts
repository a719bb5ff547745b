import { MAX_OBJECTS } from '../../../api/names.ts';
import { FLUX_SCHEMAS } from '../../kinds/flux-schemas.generated.ts';
import type { OwnRights } from './own-rights.ts';

/** What the compiler must know beyond the blueprint. */
export interface CompileContext {
  /** The API version that the cluster serves, by `group/Kind`. A kind of Flux that is missing here is refused. */
  served: ReadonlyMap<string, string>;
  /** The public key of the blueprint's generated age key pair; undefined until that exists. */
  ageRecipient?: string | undefined;
  /**
   * Whether a suspension with scope Generated is in force now. It may end at a point in time, and the compiler reads no
   * clock. Default: false.
   */
  suspendGenerated?: boolean;
  /**
   * The service account that stands in where a blueprint names none, so that its rights decide what can be written.
   * Default: none.
   */
  defaultAccount?: string | undefined;
  /**
   * Whether blueprints without an account, and objects with another one, are refused. Default: false.
   */
  requireAccount?: boolean;
  /** What the operator does with its own rights for a blueprint without an account. Default: `Namespace`. */
  ownRights?: OwnRights;
  /**
   * Whether references to other namespaces are refused, as Flux does under `--no-cross-namespace-refs`. Default: false.
   */
  noCrossNamespaceRefs?: boolean;
  /**
   * The names of the Helm releases that the generated HelmReleases have now, by their `namespace/name`. The compiler
   * keeps a name that it gave, so that nothing is uninstalled because another environment comes or goes. Default: none.
   */
  releaseNames?: ReadonlyMap<string, string>;
  /**
   * The releases that generated HelmReleases took over from others, or are about to, by their `namespace/name`. One
   * that names no release of its own keeps it. Default: none.
   */
  movedReleases?: ReadonlyMap<string, MovedRelease>;
  /** The most objects that one blueprint may generate. Default: {@link MAX_OBJECTS}. */
  maxObjects?: number;
  /** Other bounds of what one blueprint may ask for. Default: {@link DEFAULT_LIMITS}. */
  limits?: Partial<CompileLimits>;
}

/** A Helm release that a HelmRelease has from another one. */
export interface MovedRelease {
  storageNamespace: string;
  name: string;
}

/** Bounds of what one blueprint may ask for, so that none takes more memory than the operator or the cluster has. */
export interface CompileLimits {
  /**
   * The most that all manifests together may take, in bytes, as `weigh` counts them before anything is merged. 2000
   * objects of two kilobytes take an eighth of the default, which compiles in a heap of 128 MB.
   */
  blueprintBytes: number;
  /**
   * The most that one manifest may take as JSON, in bytes. The API server takes 1.57 MB (`--max-request-bytes` of
   * etcd), with what it adds to the object itself.
   */
  manifestBytes: number;
  /** The most kinds that are not of Flux, in `object` and `dependsOnObjects` together. */
  kinds: number;
}

/** The limits where nobody sets others. */
export const DEFAULT_LIMITS: CompileLimits = {
  blueprintBytes: 32_000_000,
  manifestBytes: 1_400_000,
  kinds: 32,
};

/** The limits of a context. */
export function limitsOf({ limits }: Pick<CompileContext, 'limits'>): CompileLimits {
  return { ...DEFAULT_LIMITS, ...limits };
}

/** The context of Flux 2.9, for use where there is no cluster to ask. */
export function offlineContext(): CompileContext {
  return {
    served: new Map(Object.entries(FLUX_SCHEMAS).map(([key, { version }]) => [key, version])),
    maxObjects: MAX_OBJECTS,
  };
}
