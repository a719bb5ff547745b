import type { ComponentBlock, SourceBlock, Spec } from '../../api/schema/spec.ts';
import type { JsonObject } from '../../api/schema/shapes.ts';
import type { MergeRules, Overlay } from '../merge.ts';

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

/** A kind that deploys. */
export interface ComponentKind extends FluxKind {
  block: ComponentBlock;
  /** Whether `path` beside the block means something. */
  hasPath: boolean;
  /** What the blueprint as a whole gives to every object of the kind, under `defaults`. */
  inherit(spec: Spec): Overlay[];
  /** What depends on the merged spec: defaults that stand only beside certain fields. `written` is what it was merged from. */
  complete(spec: JsonObject, written: readonly Overlay[]): void;
  /** The source in Flux's own form in a merged spec, where there is one, and where it stands. */
  pastedSource(spec: JsonObject): { at: readonly string[]; ref: JsonObject } | undefined;
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
