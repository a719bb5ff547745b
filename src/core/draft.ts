import type { JsonObject } from '../api/schema/shapes.ts';
import {
  COMPONENT_BLOCKS,
  type Component,
  type ComponentBlock,
  type Defaults,
  type Layer,
  SOURCE_BLOCKS,
  type Source,
  type SourceBlock,
  type Spec,
} from '../api/schema/spec.ts';
import { COMPONENT_KINDS, SOURCE_KINDS } from './emit/index.ts';
import type { FluxKind } from './emit/kind.ts';
import { FLUX_SCHEMAS } from './flux-schemas.generated.ts';
import type { ComponentItem, SourceItem } from './item.ts';
import { isObject } from './json.ts';
import { mergeOverlays, removePath, type Overlay } from './merge.ts';
import { suggest } from './nearest.ts';
import { itemPath } from './path.ts';
import type { Problems } from './problem.ts';

/** A layer or component that names a source block of its own, and that source. */
export interface InPlace {
  component: ComponentItem;
  source: SourceItem;
}

/** The part of a blueprint that drafting needs. */
export interface Draft {
  spec: Spec;
  namespace: string;
  problems: Problems;
}

/** The source block of an item, where it has one. Of several (refused elsewhere) the first counts. */
export function sourceBlockOf(item: Partial<Record<SourceBlock, unknown>>): SourceBlock | undefined {
  return SOURCE_BLOCKS.find((block) => item[block] !== undefined);
}

/** The block that says what an item deploys. */
export function componentBlockOf(item: Partial<Record<ComponentBlock, unknown>>): ComponentBlock | undefined {
  return COMPONENT_BLOCKS.find((block) => item[block] !== undefined);
}

/** The generated source of an item of `spec.sources`, or undefined for one that exists already. */
export function draftSource(draft: Draft, source: Source, path: string): SourceItem | undefined {
  const block = sourceBlockOf(source);
  if (block === undefined) return undefined;
  return draftSourceItem(draft, {
    kind: SOURCE_KINDS[block],
    name: source.objectName ?? source.name,
    namespace: source.namespace ?? draft.namespace,
    namespacePath: `${path}.namespace`,
    title: `sources/${source.name}`,
    path,
    unset: source.unset ?? [],
    defaults: defaultsOf(draft.spec.defaults, block, 'spec.defaults'),
    own: blockOverlay(source[block], `${path}.${block}`),
  });
}

/** The components of a layer, with the sources that stand in place beside them. */
export function draftLayer(draft: Draft, layer: Layer, layerPath: string): (ComponentItem | InPlace)[] {
  if (layer.components === undefined) {
    return [draftComponent(draft, layer, layerPath, { component: layer, layer, layerPath })];
  }
  for (const field of [...SOURCE_BLOCKS, 'objectName', 'unset'] as const) {
    if (layer[field] === undefined) continue;
    draft.problems.add(
      'misplaced',
      `${layerPath}.${field}`,
      'belongs to one component: put it on one of `components`',
    );
  }
  return layer.components.map((component, i) =>
    draftComponent(draft, component, itemPath(`${layerPath}.components`, i), { component, layer, layerPath }),
  );
}

function draftComponent(
  draft: Draft,
  component: Component | Layer,
  path: string,
  written: ComponentItem['written'],
): ComponentItem | InPlace {
  const { layer, layerPath } = written;
  const block = componentBlockOf(component) ?? 'kustomization';
  const kind = COMPONENT_KINDS[block];
  const title = component === layer ? layer.name : `${layer.name}/${component.name}`;
  const identity = {
    name: component.objectName ?? component.name,
    namespace: component.namespace ?? layer.namespace ?? draft.namespace,
    namespacePath: `${component.namespace === undefined ? layerPath : path}.namespace`,
    layer: layer.name,
    title,
    path,
  };
  const inherited = [
    ...kind.inherit(draft.spec),
    ...defaultsOf(draft.spec.defaults, block, 'spec.defaults'),
    ...defaultsOf(layer.defaults, block, `${layerPath}.defaults`),
  ];
  const own = blockOverlay(component[block], `${path}.${block}`);
  checkUnset(kind, component.unset ?? [], `${path}.unset`, draft.problems);
  const spec = mergeSpec(kind, inherited, component.unset ?? [], own);
  kind.complete(spec, [...inherited, ...own]);
  checkUnions(kind, [...inherited, ...own], draft.problems);
  const item: ComponentItem = {
    ...identity,
    kind,
    specPath: `${path}.${block}`,
    overlays: [...inherited, ...own],
    spec,
    written,
    edges: [],
  };
  const source = draftInPlace(draft, component, identity, written);
  return source === undefined ? item : { component: item, source };
}

/** The source in place beside a component: named like it, in its namespace and layer. */
function draftInPlace(
  draft: Draft,
  component: Component | Layer,
  identity: Pick<ComponentItem, 'name' | 'namespace' | 'namespacePath' | 'layer' | 'title' | 'path'>,
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
      ...defaultsOf(draft.spec.defaults, block, 'spec.defaults'),
      ...defaultsOf(layer.defaults, block, `${layerPath}.defaults`),
    ],
    own: blockOverlay(component[block], `${identity.path}.${block}`),
  });
}

/** What of a source is known before its spec is merged. */
interface SourceDraft extends Omit<SourceItem, 'specPath' | 'overlays' | 'spec' | 'users'> {
  unset: readonly string[];
  defaults: Overlay[];
  own: Overlay[];
}

function draftSourceItem(draft: Draft, source: SourceDraft): SourceItem {
  const { defaults, own, unset, ...identity } = source;
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

function checkUnset(kind: FluxKind, unset: readonly string[], path: string, problems: Problems): void {
  unset.forEach((dotted, i) => {
    let schema = FLUX_SCHEMAS[`${kind.group}/${kind.kind}`]?.spec;
    for (const step of dotted.split('.')) {
      const properties = schema?.properties;
      if (properties === undefined) return;
      if (!Object.hasOwn(properties, step)) {
        const known = suggest(step, Object.keys(properties));
        problems.add(
          'unknown-field',
          itemPath(path, i),
          `a ${kind.kind} has no field ${JSON.stringify(dotted)}${known}`,
        );
        return;
      }
      schema = properties[step];
    }
  });
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
