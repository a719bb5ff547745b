import type { ExternalDependency } from '../../objects/desired.ts';
import type { Steps } from '../../values/path.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import type { Component, Layer, MetadataBlock } from '../../../api/schema/spec.ts';
import type { ComponentKind, FluxKind, SourceKind, SourceName } from '../../kinds/kind.ts';
import { type Overlay, originOf } from '../../kinds/overlay.ts';
import { joinPath } from '../../values/path.ts';
import type { Locate } from '../../validation/problem.ts';

/** Something that becomes one object. The phases of the compiler fill it in, one after the other. */
export interface Item {
  kind: FluxKind;
  /** The name of the generated object. */
  name: string;
  /** The same without the environment's suffix. Default: that name. */
  plainName?: string;
  namespace: string;
  /** Where the namespace was written. */
  namespacePath: string;
  layer?: string;
  /** The environment that it belongs to. */
  environment?: string | undefined;
  /** How a person names it in its environment: `layer/component`, `sources/fleet`, `alerts/on-call`. */
  title: string;
  /** Where it stands, as its scope sees it. */
  path: string;
  /** The path of the object's `spec`, as its scope sees it. */
  specPath: string;
  /** Translates such paths into paths of the blueprint. */
  locate: Locate;
  /** What its spec is merged from, the later over the earlier. */
  overlays: Overlay[];
  /** What else of the blueprint asked for a part of the spec; these count before what is merged. */
  derived?: Derived[];
  /** The spec of the object. */
  spec: JsonObject;
  /** Dotted paths of what it does without. */
  unset?: readonly string[];
  /** What the object has instead of a spec: a ConfigMap's `data`. */
  body?: JsonObject;
  /** Whether it is made where it is missing, never taken over, and left behind: a namespace. */
  keep?: boolean;
  /** Labels and annotations of its own. */
  metadata?: MetadataBlock | undefined;
  /** Where those were written. Default: `metadata` beside the item. */
  metadataPath?: string;
}

/** A part of a spec that follows from something written elsewhere: `source` → `sourceRef`. */
export interface Derived {
  /** Where in the spec it stands. */
  at: Steps;
  /** What asked for it, as the item's scope sees it. */
  path: string;
  /** Whether it was written there in this very form, only in another place of its list. */
  moved?: boolean;
}

/** Notes what asked for a part of an item's spec. */
export function noteDerived(item: Item, ...derived: Derived[]): void {
  item.derived = [...(item.derived ?? []), ...derived];
}

/**
 * Where a field of an item's spec was written, as its scope sees it; for what the compiler filled in by itself, where
 * it would be.
 */
export function originIn(item: Item, steps: Steps): string {
  const derived = item.derived?.findLast(({ at }) => at.every((step, i) => steps[i] === step));
  if (derived === undefined) return originOf(item.overlays, steps, item.specPath);
  return joinPath(derived.path, derived.moved === true ? steps.slice(derived.at.length) : []);
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
  /** What others make that it waits for. */
  foreign: ExternalDependency[];
}

/** How a person names an item of whichever environment. */
export function displayTitle(item: Item): string {
  return item.environment === undefined ? item.title : `${item.title} (${item.environment})`;
}

/** The key under which two items would be the same object. */
export function itemKey(item: Item): string {
  return `${item.kind.group}/${item.kind.kind}/${item.namespace}/${item.name}`;
}

/** The block in the form of Flux of a component, as it is written. */
export function writtenBlock({ kind, written }: ComponentItem): JsonObject | undefined {
  return kind.block === 'kustomization' || kind.block === 'helmRelease'
    ? written.component[kind.block]
    : undefined;
}
