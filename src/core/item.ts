import type { JsonObject } from '../api/schema/shapes.ts';
import type { Component, Layer } from '../api/schema/spec.ts';
import type { ComponentKind, FluxKind, SourceKind, SourceName } from './emit/kind.ts';
import type { Overlay } from './merge.ts';

/** Something that becomes one object. The phases of the compiler fill it in, one after the other. */
export interface Item {
  kind: FluxKind;
  /** The name of the generated object. */
  name: string;
  namespace: string;
  /** Where in the blueprint the namespace was written. */
  namespacePath: string;
  layer?: string;
  /** How a person names it: `layer/component`, `sources/fleet`, `alerts/on-call`. */
  title: string;
  /** Where it stands in the blueprint. */
  path: string;
  /** The blueprint's path of the object's `spec`. */
  specPath: string;
  /** What its spec is merged from, the later over the earlier. */
  overlays: Overlay[];
  /** The spec of the object. */
  spec: JsonObject;
}

/** A source that a component can refer to, generated or not. */
export interface SourceTarget extends SourceName {
  /** The item, where the source is generated. */
  item?: SourceItem;
}

/** A source that is generated. */
export interface SourceItem extends Item {
  kind: SourceKind;
  /** The components that use it. */
  users: ComponentItem[];
}

/** An edge of the graph: what must be ready first. */
export interface Edge {
  to: ComponentItem;
  /** Whether someone wrote this very edge: it stays, even where others imply it. */
  explicit: boolean;
  /** Where it was asked for. */
  path: string;
}

/** A component that is generated. */
export interface ComponentItem extends Item {
  kind: ComponentKind;
  layer: string;
  /** What was written: the component and its layer, the same object for a layer of one. */
  written: { component: Component | Layer; layer: Layer; layerPath: string };
  source?: SourceTarget;
  /** Its dependencies, as resolved and then reduced. */
  edges: Edge[];
}

/** The key under which two items would be the same object. */
export function itemKey(item: { kind: { kind: string }; namespace: string; name: string }): string {
  return `${item.kind.kind}/${item.namespace}/${item.name}`;
}
