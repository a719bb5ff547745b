import type { Source } from '../../../api/schema/spec.ts';
import { itemPath } from '../../values/path.ts';
import { KnownNames } from '../../values/suggest.ts';
import type { SourceItem, SourceTarget } from '../model/item.ts';
import type { Draft } from './naming.ts';
import { applyOnlyPaths } from './only-paths.ts';
import { draftSource } from './source.ts';

/** The sources that a scope can name. */
export interface SourceIndex {
  /** By their names in `spec.sources`. */
  byName: ReadonlyMap<string, SourceTarget>;
  /** These names, to suggest from. */
  names: KnownNames;
  /** Those of them that this scope generates. */
  items: SourceItem[];
}

/**
 * Drafts the sources that a scope has for itself, and takes the others from `shared`. `shared` is undefined for the
 * scope that drafts the sources of all.
 */
export function indexSources(draft: Draft, shared: SourceIndex | undefined): SourceIndex {
  const byName = new Map<string, SourceTarget>();
  const items: SourceItem[] = [];
  (draft.scope.spec.sources ?? []).forEach((source, i) => {
    const drafted = shared?.byName.get(source.name);
    if (drafted !== undefined && !draft.scope.ownSources.has(source.name)) {
      byName.set(source.name, drafted);
      return;
    }
    const path = itemPath('spec.sources', i);
    const item = draftSource(draft, source, path);
    if (item === undefined) {
      const target = existingSource(draft, source, path);
      if (target !== undefined) byName.set(source.name, target);
      return;
    }
    applyOnlyPaths(item, source, draft.problems);
    items.push(item);
    byName.set(source.name, targetOf(item));
  });
  return { byName, names: new KnownNames([...byName.keys()]), items };
}

/** A generated source as a target of references. */
export function targetOf(item: SourceItem): SourceTarget {
  return { kind: item.kind.kind, name: item.name, namespace: item.namespace, item };
}

function existingSource(draft: Draft, source: Source, path: string): SourceTarget | undefined {
  const ref = source.sourceRef;
  if (ref === undefined) return undefined;
  for (const field of ['namespace', 'objectName', 'unset', 'onlyPaths'] as const) {
    if (source[field] === undefined) continue;
    draft.problems.add(
      'misplaced',
      `${path}.${field}`,
      'means nothing beside `sourceRef`: that source is not generated',
    );
  }
  for (const field of ['kind', 'name'] as const) {
    if (ref[field] === undefined)
      draft.problems.add('missing-field', `${path}.sourceRef.${field}`, 'is required');
  }
  if (ref.kind === undefined || ref.name === undefined) return undefined;
  return { kind: ref.kind, name: ref.name, namespace: ref.namespace ?? draft.scope.namespace };
}
