/**
 * The model that the phases of the compiler share. An {@link Item} becomes one object; it starts as a draft, and every
 * phase fills in more of it. The room also holds what a compilation knows from outside (`context.ts`) and which
 * problems end it (`soundness.ts`). It knows the kinds of objects and the checks of values, but none of the phases.
 */
import { objectKey } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import type { Component, Layer, MetadataBlock } from '../../../api/schema/spec.ts';
import type { ComponentKind, FluxKind, SourceKind, SourceName } from '../../kinds/kind.ts';
import { type Overlay, originOf } from '../../kinds/overlay.ts';
import type { ExternalDependency } from '../../objects/desired.ts';
import type { Locate } from '../../validation/problem.ts';
import { type Steps, joinPath } from '../../values/path.ts';

/** Something that becomes one object. The phases of the compiler fill it in, one after the other. */
export interface Item {
  kind: FluxKind;
  /** The name of the generated object. */
  name: string;
  /** That name without the environment's suffix. Default: `name`. */
  plainName?: string;
  /** The namespace of the generated object; empty for cluster-scoped kinds. */
  namespace: string;
  /** The path at which the namespace was written, or could be. */
  namespacePath: string;
  /** Its layer; empty or undefined for items that belong to none. */
  layer?: string;
  /** Its environment; undefined for items that all environments share. */
  environment?: string | undefined;
  /** Its name for people, within its environment: `layer/component`, `sources/fleet`, `alerts/on-call`. */
  title: string;
  /** Its path as its scope sees it. */
  path: string;
  /** The path of the object's `spec` as its scope sees it. */
  specPath: string;
  /** Translates such paths into paths of the blueprint. */
  locate: Locate;
  /** What its spec is merged from, the later over the earlier. */
  overlays: Overlay[];
  /** Parts of the spec that something else in the blueprint asked for. They take precedence over `overlays`. */
  derived?: Derived[];
  /** The same for each entry of a list in the spec, by the field that holds the list. */
  derivedEntries?: Map<string, readonly DerivedEntry[]>;
  /** The spec of the object. */
  spec: JsonObject;
  /** The release that a HelmRelease has from another one, as `storageNamespace/name`. Default: it has its own. */
  movedRelease?: string;
  /** Dotted paths of inherited fields that it drops. */
  unset?: readonly string[];
  /** What the object has instead of a spec, e.g. the `data` of a ConfigMap. */
  body?: JsonObject;
  /**
   * Whether the object is created where it is missing, never taken over, and never deleted, as namespaces are.
   * Default: false.
   */
  keep?: boolean;
  /** The labels and annotations that the item itself names. */
  metadata?: MetadataBlock | undefined;
  /** The path at which those were written. Default: `metadata` below `path`. */
  metadataPath?: string;
}

/** A part of a spec that follows from something written elsewhere: `source` → `sourceRef`. */
export interface Derived {
  /** The steps to the part in the spec. */
  at: Steps;
  /** The path of what asked for it, as the item's scope sees it. */
  path: string;
  /** Whether `path` holds this very value, and only its place in the list differs. Default: false. */
  moved?: boolean;
}

/** What asked for one entry of a list. */
export type DerivedEntry = Pick<Derived, 'path' | 'moved'>;

/** Records what asked for a part of an item's spec. */
export function recordDerived(item: Item, derived: Derived): void {
  item.derived = [...(item.derived ?? []), derived];
}

/** Records what asked for each entry of the list in a field of an item's spec. */
export function recordDerivedEntries(item: Item, field: string, entries: readonly DerivedEntry[]): void {
  item.derivedEntries ??= new Map();
  item.derivedEntries.set(field, entries);
}

/** What of an item says where its fields were written. */
export type Written = Pick<Item, 'overlays' | 'derived' | 'derivedEntries' | 'specPath'>;

/**
 * The path at which a field of an item's spec was written, as its scope sees it. For a field that the compiler filled
 * in by itself, it is the path at which it could be written.
 */
export function originIn(written: Written, steps: Steps): string {
  const derived = derivedAt(written, steps);
  if (derived === undefined) return originOf(written.overlays, steps, written.specPath);
  return joinPath(derived.path, derived.moved === true ? steps.slice(derived.at.length) : []);
}

/** What else in the blueprint asked for a field of an item's spec; undefined where nothing did. */
export function derivedAt(written: Written, steps: Steps): Derived | undefined {
  return (
    derivedEntry(written, steps) ??
    written.derived?.findLast(({ at }) => at.every((step, i) => steps[i] === step))
  );
}

function derivedEntry({ derivedEntries }: Written, [field, index]: Steps): Derived | undefined {
  if (typeof field !== 'string' || typeof index !== 'number') return undefined;
  const entry = derivedEntries?.get(field)?.[index];
  return entry === undefined ? undefined : { ...entry, at: [field, index] };
}

/** A source that a component can refer to, generated or not. */
export interface SourceTarget extends SourceName {
  /** The item, where the blueprint generates the source. */
  item?: SourceItem;
}

/** A source that the blueprint generates. */
export interface SourceItem extends Item {
  kind: SourceKind;
  /** The components that use it; complete once all scopes are linked. */
  users: ComponentItem[];
}

/** A dependency as it was written: all components of a layer, or one component. */
export interface Need {
  /** What must be ready first. A layer has one list for all that depend on it. */
  to: readonly ComponentItem[];
  /** Whether the blueprint names this very component. */
  explicit: boolean;
  /** The path that asked for it. */
  path: string;
}

/** An edge of the graph of components: `to` must be ready first. */
export interface Edge {
  to: ComponentItem;
  /** Whether the blueprint names this very component, so that the edge stays even where others imply it. */
  explicit: boolean;
  /** The path that asked for it. */
  path: string;
}

/** A component that the blueprint generates. */
export interface ComponentItem extends Item {
  kind: ComponentKind;
  layer: string;
  /** The component and its layer as written; both are the same object for a layer of one component. */
  written: { component: Component | Layer; layer: Layer; layerPath: string };
  /** The source that it uses; undefined until linked, and for kinds that fetch nothing. */
  source?: SourceTarget;
  /** The fewest edges that its dependencies take; none until linked. */
  edges: Edge[];
  /** Its dependencies outside of the blueprint. */
  external: ExternalDependency[];
}

/** The title of an item, with the environment where it has one. */
export function displayTitle(item: Item): string {
  return item.environment === undefined ? item.title : `${item.title} (${item.environment})`;
}

/** What identifies the object of an item. */
export interface ItemIdentity {
  kind: Pick<FluxKind, 'group' | 'kind'>;
  namespace: string;
  name: string;
}

/** A key that two items share exactly when they would become the same object. */
export function itemKey({ kind, namespace, name }: ItemIdentity): string {
  return `${kind.group}/${objectKey(kind.kind, namespace, name)}`;
}

/** The block of a component in Flux's own form as it was written; undefined where it has none. */
export function writtenBlock({ kind, written }: ComponentItem): JsonObject | undefined {
  return kind.block === 'kustomization' || kind.block === 'helmRelease'
    ? written.component[kind.block]
    : undefined;
}
