import { type ObjectRef, splitApiVersion } from '../../api/object.ts';
import type { ComponentBlock, SourceBlock, Spec } from '../../api/schema/spec.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import type { MergeRules, Overlay } from './overlay.ts';

/** Names a source: all that a reference needs. */
export interface SourceName {
  kind: string;
  name: string;
  namespace: string;
}

/** What the compiler knows about every kind that it generates. */
export interface FluxKind {
  /** The API group; empty for the core group. */
  group: string;
  kind: string;
  /**
   * The version of its API, where the blueprint or Kubernetes fixes it. Default: the version that the cluster serves.
   */
  version?: string;
  /** Whether its objects belong to no namespace. Default: false. */
  clusterScoped?: boolean;
  /**
   * Whether Flux labels what it deploys with the object's name, so that the name must fit in a label. Default: false.
   */
  nameIsLabel?: boolean;
  /** The lowest layer of every spec: everything else is merged over it. */
  defaults: JsonObject;
  merge: MergeRules;
}

/** Whether two kinds are one, in whatever versions. */
export function isSameKind(
  a: Pick<FluxKind, 'group' | 'kind'>,
  b: Pick<FluxKind, 'group' | 'kind'>,
): boolean {
  return a.kind === b.kind && a.group === b.group;
}

/** Whether an object is of a kind, in whatever version: kinds of two groups may have one name. */
export function isOfKind(
  { apiVersion, kind }: Pick<ObjectRef, 'apiVersion' | 'kind'>,
  of: FluxKind,
): boolean {
  return isSameKind({ group: splitApiVersion(apiVersion).group, kind }, of);
}

/** A kind that Flux fetches from. */
export interface SourceKind extends FluxKind {
  block: SourceBlock;
  /** Whether the kind has `spec.ignore`, into which `onlyPaths` is translated. */
  hasIgnore: boolean;
}

/** The blocks that decide which kind an item becomes. */
export type DeployBlock = ComponentBlock | 'object' | 'externalSecret';

/** A kind that deploys something, or is created in the order of the layers. */
export interface ComponentKind extends FluxKind {
  block: DeployBlock;
  /** What every object of the kind inherits from the blueprint as a whole; `defaults` are merged over it. */
  inherit(spec: Spec): Overlay[];
  /**
   * Completes a merged spec in place, where one field's default depends on another. `written` are the overlays that the
   * spec was merged from.
   */
  complete(spec: JsonObject, written: readonly Overlay[]): void;
  /** How the kind refers to a source; undefined for kinds that fetch nothing. */
  source?: SourceUse;
}

/** How a kind refers to its source. */
export interface SourceUse {
  /** Whether the kind reads from a path, so that `path` beside its block means something. */
  hasPath: boolean;
  /** The reference in Flux's own form and the steps to it in the spec; undefined where the spec has none. */
  nativeReference(spec: JsonObject): { at: readonly string[]; ref: JsonObject } | undefined;
  /** The kinds of source that a merged spec can refer to. */
  accepts(spec: JsonObject): readonly string[];
  /** Writes the reference to a source into the spec of an object in `namespace`. */
  writeReference(spec: JsonObject, source: SourceName, namespace: string): void;
}

/** A reference in Flux's own form, from an object in `namespace`: it names a namespace only where that differs. */
export function referenceTo(source: SourceName, namespace: string): JsonObject {
  return {
    kind: source.kind,
    name: source.name,
    ...(source.namespace === namespace ? {} : { namespace: source.namespace }),
  };
}
