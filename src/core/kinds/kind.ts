import type { ComponentBlock, SourceBlock, Spec } from '../../api/schema/spec.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import type { MergeRules, Overlay } from './overlay.ts';

/** Names a source: what a reference needs. */
export interface SourceName {
  kind: string;
  name: string;
  namespace: string;
}

/** What the compiler knows of every Flux kind that it generates. */
export interface FluxKind {
  group: string;
  kind: string;
  /** The version of its API, where the blueprint names it; else the cluster's own is taken. */
  version?: string;
  /** Whether its objects belong to no namespace. */
  clusterScoped?: boolean;
  /** Whether Flux labels with the object's name what it deploys, so that the name must fit in a label. */
  namesLabels?: boolean;
  /** What the compiler fills in under everything else. */
  defaults: JsonObject;
  merge: MergeRules;
}

/** A kind that Flux fetches from. */
export interface SourceKind extends FluxKind {
  block: SourceBlock;
  /** Whether the kind has `spec.ignore`, which `onlyPaths` becomes. */
  hasIgnore: boolean;
}

/** The blocks by which an item says what it becomes. */
export type DeployBlock = ComponentBlock | 'object' | 'externalSecret';

/** A kind that deploys, or is deployed in the order of the layers. */
export interface ComponentKind extends FluxKind {
  block: DeployBlock;
  /** What the blueprint as a whole gives to every object of the kind, under `defaults`. */
  inherit(spec: Spec): Overlay[];
  /** What depends on the merged spec: defaults that stand only beside certain fields. `written` is what it was merged from. */
  complete(spec: JsonObject, written: readonly Overlay[]): void;
  /**
   * Fills in `releaseName`, which differs on a remote cluster, unless it is there; answers whether it did. `plainName`
   * is the object's name without the environment's suffix.
   */
  completeRemote?(spec: JsonObject, plainName: string): boolean;
  /** How it refers to a source; undefined for kinds that fetch nothing. */
  source?: SourceUse;
}

/** How a kind refers to its source. */
export interface SourceUse {
  /** Whether `path` beside the block means something. */
  hasPath: boolean;
  /** The source in Flux's own form in a spec, where there is one, and where it stands. */
  pasted(spec: JsonObject): { at: readonly string[]; ref: JsonObject } | undefined;
  /** The kinds of source that a merged spec can take. */
  takes(spec: JsonObject): readonly string[];
  /** Writes the reference to a source into the spec. */
  refer(spec: JsonObject, source: SourceName, namespace: string): void;
}

/** A reference as Flux writes it: the namespace only where it differs. */
export function referenceTo(source: SourceName, namespace: string): JsonObject {
  return {
    kind: source.kind,
    name: source.name,
    ...(source.namespace === namespace ? {} : { namespace: source.namespace }),
  };
}
