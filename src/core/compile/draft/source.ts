import type { Source } from '../../../api/schema/spec.ts';
import { SOURCE_KINDS } from '../../kinds/index.ts';
import type { Overlay } from '../../kinds/overlay.ts';
import type { ComponentItem, SourceItem } from '../model/item.ts';
import { blockOverlay, defaultsOf, mergeSpec } from './merge-spec.ts';
import { type Draft, nameInScope, namespacePathOf, sourceBlockOf } from './naming.ts';
import { checkUnset } from './unset.ts';

/** The part of a source that it can have in common with the component beside it. */
export type SourceIdentity = Omit<SourceItem, 'kind' | 'specPath' | 'overlays' | 'spec' | 'users'>;

/** A source before its spec is merged. */
interface SourceDraft extends Omit<SourceItem, 'specPath' | 'overlays' | 'spec' | 'users'> {
  defaults: Overlay[];
  own: Overlay[];
}

/** Drafts an item of `spec.sources`; undefined for one that names an existing object. */
export function draftSource(draft: Draft, source: Source, path: string): SourceItem | undefined {
  const { scope, problems } = draft;
  const block = sourceBlockOf(source);
  if (block === undefined) return undefined;
  const kind = SOURCE_KINDS[block];
  const suffix = scope.ownSources.has(source.name) ? scope.suffix : '';
  return draftItem(draft, {
    kind,
    name: nameInScope({ scope: { suffix }, problems }, source, path, kind),
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

/**
 * Drafts the source in place beside a component, with the component's name, namespace and layer; undefined where the
 * component has no source block.
 */
export function draftSourceInPlace(
  draft: Draft,
  identity: SourceIdentity,
  { component, layer, layerPath }: ComponentItem['written'],
): SourceItem | undefined {
  const block = sourceBlockOf(component);
  if (block === undefined) return undefined;
  return draftItem(draft, {
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

function draftItem({ problems }: Draft, source: SourceDraft): SourceItem {
  const { defaults, own, ...identity } = source;
  const { kind, path, unset = [] } = source;
  checkUnset(kind, unset, `${path}.unset`, problems);
  return {
    ...identity,
    specPath: `${path}.${kind.block}`,
    overlays: [...defaults, ...own],
    spec: mergeSpec(kind, defaults, unset, own),
    users: [],
  };
}
