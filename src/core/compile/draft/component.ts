import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import {
  type Component,
  type ComponentBlock,
  type Defaults,
  type Layer,
  SOURCE_BLOCKS,
  type Source,
  type SourceBlock,
} from '../../../api/schema/spec.ts';
import { draftObjectSpec, kindOf } from './object.ts';
import { SOURCE_KINDS } from '../../kinds/index.ts';
import type { ComponentKind, FluxKind } from '../../kinds/kind.ts';
import type { Scope } from '../environments/scopes.ts';
import type { ComponentItem, SourceItem } from '../model/item.ts';
import type { ExternalDependency } from '../../objects/desired.ts';
import { isObject } from '../../values/json.ts';
import { mergeOverlays, type Overlay } from '../../kinds/overlay.ts';
import { itemPath } from '../../values/path.ts';
import type { Problems } from '../../validation/problem.ts';
import { nameRelease } from './release-name.ts';
import { checkUnset, removePath } from './unset.ts';

/** A layer or component that names a source block of its own, and that source. */
export interface InPlace {
  component: ComponentItem;
  source: SourceItem;
}

/** The part of a blueprint that drafting needs. */
export interface Draft {
  scope: Scope;
  /** Collects problems by the paths of the scope. */
  problems: Problems;
}

/** The source block of an item, where it has one. Of several (refused elsewhere) the first counts. */
export function sourceBlockOf(item: Partial<Record<SourceBlock, unknown>>): SourceBlock | undefined {
  return SOURCE_BLOCKS.find((block) => item[block] !== undefined);
}

/**
 * The name of the object that an item becomes in a scope. Refuses one that is too long for a label, where it has the
 * environment's suffix or Flux makes a label of it.
 */
export function nameInScope(
  draft: Draft,
  item: { name: string; objectName?: string },
  path: string,
  kind: FluxKind,
  suffix = draft.scope.suffix,
): string {
  const full = (item.objectName ?? item.name) + suffix;
  const why =
    suffix === '' ? ', and Flux labels with it what it deploys' : ' with the suffix of the environment';
  if ((suffix !== '' || kind.namesLabels === true) && full.length > MAX_NAME) {
    draft.problems.add(
      'too-long',
      `${path}.${item.objectName === undefined ? 'name' : 'objectName'}`,
      `${JSON.stringify(full)} has ${full.length} characters${why}; at most ${MAX_NAME} are allowed`,
    );
  }
  return full;
}

/** What fits in a label. */
const MAX_NAME = 63;

/** The generated source of an item of `spec.sources`, or undefined for one that exists already. */
export function draftSource(draft: Draft, source: Source, path: string): SourceItem | undefined {
  const { scope } = draft;
  const block = sourceBlockOf(source);
  if (block === undefined) return undefined;
  const suffix = scope.ownSources.has(source.name) ? scope.suffix : '';
  return draftSourceItem(draft, {
    kind: SOURCE_KINDS[block],
    name: nameInScope(draft, source, path, SOURCE_KINDS[block], suffix),
    plainName: source.objectName ?? source.name,
    namespace: source.namespace ?? scope.namespace,
    namespacePath: namespacePathOf(scope, [[source, path]]),
    environment: scope.environment,
    title: `sources/${source.name}`,
    path,
    locate: scope.locate,
    metadata: source.metadata,
    unset: source.unset ?? [],
    defaults: defaultsOf(scope.spec.defaults, block, 'spec.defaults'),
    own: blockOverlay(source[block], `${path}.${block}`),
  });
}

/** The components of a layer, with the sources that stand in place beside them. */
export function draftLayer(draft: Draft, layer: Layer, layerPath: string): (ComponentItem | InPlace)[] {
  if (layer.components === undefined) {
    const only = draftComponent(draft, layer, layerPath, { component: layer, layer, layerPath });
    return only === undefined ? [] : [only];
  }
  for (const field of [...SOURCE_BLOCKS, 'objectName', 'metadata', 'unset', 'dependsOnObjects'] as const) {
    if (layer[field] === undefined) continue;
    draft.problems.add(
      'misplaced',
      `${layerPath}.${field}`,
      'belongs to one component: put it on one of `components`',
    );
  }
  return layer.components
    .map((component, i) =>
      draftComponent(draft, component, itemPath(`${layerPath}.components`, i), {
        component,
        layer,
        layerPath,
      }),
    )
    .filter((item) => item !== undefined);
}

function draftComponent(
  draft: Draft,
  component: Component | Layer,
  path: string,
  written: ComponentItem['written'],
): ComponentItem | InPlace | undefined {
  const { layer, layerPath } = written;
  const { scope, problems } = draft;
  const kind = kindOf(component, path, problems);
  if (kind === undefined) return undefined;
  const identity = {
    ...identify(draft, component, path, written),
    ...(kind.clusterScoped === true ? { namespace: '', namespacePath: `${path}.object.kind` } : {}),
    name: nameInScope(draft, component, path, kind),
    plainName: component.objectName ?? component.name,
  };
  const item: ComponentItem = {
    ...identity,
    ...draftSpec(draft, component, path, kind, layer, layerPath),
    written,
    edges: [],
    foreign: (component.dependsOnObjects ?? []).map((object) => foreignDependency(object)),
  };
  if (scope.remote) nameRelease(item, problems);
  const source = draftInPlace(draft, component, identity, written);
  return source === undefined ? item : { component: item, source };
}

/** Where a component belongs, and how people name it. */
function identify(
  { scope }: Draft,
  component: Component | Layer,
  path: string,
  { layer, layerPath }: ComponentItem['written'],
): Pick<
  ComponentItem,
  'namespace' | 'namespacePath' | 'layer' | 'environment' | 'title' | 'path' | 'locate' | 'metadata'
> {
  return {
    namespace: component.namespace ?? layer.namespace ?? scope.namespace,
    namespacePath: namespacePathOf(scope, [
      [component, path],
      [layer, layerPath],
    ]),
    layer: layer.name,
    environment: scope.environment,
    title: component === layer ? layer.name : `${layer.name}/${component.name}`,
    path,
    locate: scope.locate,
    metadata: component.metadata,
  };
}

/** Where the namespace of an item was written: with the item or its layer, in the environment, else where it could be. */
export function namespacePathOf(
  scope: Scope,
  written: readonly (readonly [{ namespace?: string }, string])[],
): string {
  const [, path] = written.find(([{ namespace }]) => namespace !== undefined) ?? [];
  if (path !== undefined) return `${path}.namespace`;
  return scope.namespacePath ?? `${written.at(-1)?.[1] ?? ''}.namespace`;
}

function foreignDependency(object: NonNullable<Component['dependsOnObjects']>[number]): ExternalDependency {
  const { apiVersion, kind, name, namespace, readyExpr } = object;
  return { apiVersion, kind, name, namespace, readyExpr };
}

/** The spec of a component: what it inherits, less what it unsets, and its own block over that. */
function draftSpec(
  { scope, problems }: Draft,
  component: Component | Layer,
  path: string,
  kind: ComponentKind,
  layer: Layer,
  layerPath: string,
): Pick<ComponentItem, 'kind' | 'specPath' | 'overlays' | 'spec' | 'unset'> {
  if (kind.block === 'object') return draftObjectSpec(component, path, kind, problems);
  const block = kind.block === 'externalSecret' ? undefined : kind.block;
  if (block === undefined) throw new Error('an ExternalSecret is not a component');
  const inherited = [
    ...kind.inherit(scope.spec),
    ...defaultsOf(scope.spec.defaults, block, 'spec.defaults'),
    ...defaultsOf(layer.defaults, block, `${layerPath}.defaults`),
  ];
  const own = blockOverlay(component[block], `${path}.${block}`);
  const unset = component.unset ?? [];
  checkUnset(kind, unset, `${path}.unset`, problems);
  const spec = mergeSpec(kind, inherited, unset, own);
  const overlays = [...inherited, ...own];
  kind.complete(spec, overlays);
  checkUnions(kind, overlays, problems);
  return { kind, specPath: `${path}.${block}`, overlays, spec, unset };
}

/** The source in place beside a component: named like it, in its namespace and layer. */
function draftInPlace(
  draft: Draft,
  component: Component | Layer,
  identity: Omit<SourceItem, 'kind' | 'specPath' | 'overlays' | 'spec' | 'users'>,
  { layer, layerPath }: ComponentItem['written'],
): SourceItem | undefined {
  const block = sourceBlockOf(component);
  if (block === undefined) return undefined;
  return draftSourceItem(draft, {
    ...identity,
    kind: SOURCE_KINDS[block],
    title: `${identity.title} (${block})`,
    unset: [],
    defaults: [
      ...defaultsOf(draft.scope.spec.defaults, block, 'spec.defaults'),
      ...defaultsOf(layer.defaults, block, `${layerPath}.defaults`),
    ],
    own: blockOverlay(component[block], `${identity.path}.${block}`),
  });
}

/** What of a source is known before its spec is merged. */
interface SourceDraft extends Omit<SourceItem, 'specPath' | 'overlays' | 'spec' | 'users'> {
  defaults: Overlay[];
  own: Overlay[];
}

function draftSourceItem(draft: Draft, source: SourceDraft): SourceItem {
  const { defaults, own, ...identity } = source;
  const { unset = [] } = source;
  checkUnset(source.kind, unset, `${source.path}.unset`, draft.problems);
  return {
    ...identity,
    specPath: `${source.path}.${source.kind.block}`,
    overlays: [...defaults, ...own],
    spec: mergeSpec(source.kind, defaults, unset, own),
    users: [],
  };
}

/** Merges what is inherited, takes away what is not wanted of it, and merges what is the item's own. */
function mergeSpec(
  kind: FluxKind,
  inherited: readonly Overlay[],
  unset: readonly string[],
  own: readonly Overlay[],
): JsonObject {
  const base = mergeOverlays(kind.defaults, inherited, kind.merge);
  for (const path of unset) removePath(base, path);
  return mergeOverlays(base, own, kind.merge);
}

/** Refuses a block that names two members of a union at once; over what is inherited the later one wins. */
function checkUnions(kind: FluxKind, written: readonly Overlay[], problems: Problems): void {
  for (const { at, value, path } of written) {
    for (const union of path === undefined || at.length > 0 ? [] : kind.merge.unions) {
      const [first, second] = union.filter((member) => value[member] !== undefined);
      if (first === undefined || second === undefined) continue;
      problems.add(
        'both-forms',
        `${path ?? ''}.${second}`,
        `stands beside \`${first}\`: keep one of the two`,
      );
    }
  }
}

function defaultsOf(
  defaults: Defaults | undefined,
  block: SourceBlock | ComponentBlock,
  path: string,
): Overlay[] {
  return blockOverlay(defaults?.[block], `${path}.${block}`);
}

function blockOverlay(value: unknown, path: string): Overlay[] {
  return isObject(value) ? [{ at: [], value, path }] : [];
}
