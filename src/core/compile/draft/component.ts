/**
 * Drafts: every source, component, secret and namespace of a scope becomes an item with a name, a namespace and a
 * merged spec. References to other items are still as they were written; `link/` resolves them. Drafting looks at one
 * item at a time, and at the defaults that it inherits. Begin with {@link draftLayer}, which drafts components;
 * `index-sources.ts` drafts sources.
 */
import { type Layer, SOURCE_BLOCKS } from '../../../api/schema/spec.ts';
import type { ComponentKind, FluxKind } from '../../kinds/kind.ts';
import type { Overlay } from '../../kinds/overlay.ts';
import type { Problems } from '../../validation/problem.ts';
import { itemPath } from '../../values/path.ts';
import type { Scope } from '../environments/scopes.ts';
import type { ComponentItem, SourceItem } from '../model/item.ts';
import { blockOverlay, defaultsOf, mergeSpec } from './merge-spec.ts';
import { type Draft, nameInScope, namespacePathOf } from './naming.ts';
import { draftObjectSpec, kindOf } from './object.ts';
import { draftSourceInPlace } from './source.ts';
import { checkUnset } from './unset.ts';

/** A component, and the source in place beside it where it has one. */
export interface DraftedComponent {
  component: ComponentItem;
  source: SourceItem | undefined;
}

type Written = ComponentItem['written'];

/** Drafts the components of a layer, or the layer itself where it is a component. Refused ones are left out. */
export function draftLayer(draft: Draft, layer: Layer, layerPath: string): DraftedComponent[] {
  if (layer.components === undefined)
    return draftComponent(draft, layerPath, { component: layer, layer, layerPath });
  for (const field of [...SOURCE_BLOCKS, 'objectName', 'metadata', 'unset', 'dependsOnObjects'] as const) {
    if (layer[field] === undefined) continue;
    draft.problems.add(
      'misplaced',
      `${layerPath}.${field}`,
      'belongs to one component: put it on one of `components`',
    );
  }
  return layer.components.flatMap((component, i) =>
    draftComponent(draft, itemPath(`${layerPath}.components`, i), { component, layer, layerPath }),
  );
}

/** A list of one, or of none where the component is refused. */
function draftComponent(draft: Draft, path: string, written: Written): DraftedComponent[] {
  const { scope, problems } = draft;
  const { component } = written;
  const kind = kindOf(component, path, problems);
  if (kind === undefined) return [];
  const identity = {
    ...identify(scope, path, written),
    ...(kind.clusterScoped === true ? { namespace: '', namespacePath: `${path}.object.kind` } : {}),
    name: nameInScope(draft, component, path, kind),
    plainName: component.objectName ?? component.name,
  };
  const item: ComponentItem = {
    ...identity,
    ...draftSpec(draft, path, kind, written),
    written,
    edges: [],
    external: (component.dependsOnObjects ?? []).map(
      ({ apiVersion, kind: objectKind, name, namespace, readyExpr }) => ({
        apiVersion,
        kind: objectKind,
        name,
        namespace,
        readyExpr,
      }),
    ),
  };
  return [{ component: item, source: draftSourceInPlace(draft, identity, written) }];
}

/** Says where a component belongs, and how people name it. */
function identify(
  scope: Scope,
  path: string,
  { component, layer, layerPath }: Written,
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

/** The spec of a component: what it inherits, less what it unsets, and its own block over that. */
function draftSpec(
  { scope, problems }: Draft,
  path: string,
  kind: ComponentKind,
  { component, layer, layerPath }: Written,
): Pick<ComponentItem, 'kind' | 'specPath' | 'overlays' | 'spec' | 'unset'> {
  const { block } = kind;
  if (block === 'object') return draftObjectSpec(component, path, kind, problems);
  if (block === 'externalSecret') throw new Error('an ExternalSecret is not a component');
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

/** Refuses one block that names two members of a union. Of members in different blocks the later block wins. */
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
