import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import type { Source } from '../../../api/schema/spec.ts';
import { type Draft, draftSource, sourceBlockOf } from './component.ts';
import { type SourceItem, type SourceTarget, noteDerived } from '../model/item.ts';
import { own as ownField } from '../../values/json.ts';
import { itemPath } from '../../values/path.ts';
import type { Problems } from '../../validation/problem.ts';

/** The sources of a blueprint by name, and by what they generate. */
export interface SourceIndex {
  byName: ReadonlyMap<string, SourceTarget>;
  items: SourceItem[];
}

/**
 * Drafts the sources of a scope: those of its own; of the others it takes what was drafted already. `shared` is
 * undefined for the scope that drafts what all share.
 */
export function indexSources(
  draft: Draft,
  shared: SourceIndex | undefined,
  own: (name: string) => boolean,
): SourceIndex {
  const byName = new Map<string, SourceTarget>();
  const items: SourceItem[] = [];
  (draft.scope.spec.sources ?? []).forEach((source, i) => {
    if (!own(source.name)) {
      const target = shared?.byName.get(source.name);
      if (target !== undefined) byName.set(source.name, target);
      return;
    }
    const path = itemPath('spec.sources', i);
    const item = draftSource(draft, source, path);
    if (item === undefined) {
      const target = existingSource(draft, source, path);
      if (target !== undefined) byName.set(source.name, target);
      return;
    }
    keepOnly(item, source, draft.problems);
    items.push(item);
    byName.set(source.name, targetOf(item));
  });
  return { byName, items };
}

/** A generated source as something to refer to. */
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

/**
 * `onlyPaths` → `ignore`: leave out all, then let in each folder. Git looks into no folder that is left out, so
 * every folder on the way must be let in and the rest of it left out again.
 */
function keepOnly(item: SourceItem, source: Source, problems: Problems): void {
  if (source.onlyPaths === undefined) return;
  const path = `${item.path}.onlyPaths`;
  if (!item.kind.hasIgnore) {
    problems.add('misplaced', path, `a ${item.kind.kind} has no folders to choose from`);
    return;
  }
  const block = sourceBlockOf(source);
  if (block !== undefined && ownField(source[block] as JsonObject, 'ignore') !== undefined) {
    problems.add(
      'both-forms',
      path,
      `stands beside \`${block}.ignore\`, which says the same in another form: keep one`,
    );
    return;
  }
  if (!checkFolders(source.onlyPaths, path, problems)) return;
  item.spec['ignore'] = ignoreAllBut(source.onlyPaths);
  noteDerived(item, { at: ['ignore'], path });
}

/** Refuses what the rules of .gitignore would take for no folder at all, so that everything were left out. */
function checkFolders(folders: readonly string[], path: string, problems: Problems): boolean {
  if (folders.length === 0)
    problems.add('too-few', path, 'keeps nothing at all: name a folder, or leave it out');
  const dotted = folders.filter((folder) => folder.split('/').some((step) => step === '.' || step === '..'));
  for (const folder of dotted) {
    problems.add(
      'pattern',
      itemPath(path, folders.indexOf(folder)),
      `${JSON.stringify(folder)} must be a plain way from the root, without \`.\` or \`..\`, e.g. apps/shop`,
    );
  }
  return folders.length > 0 && dotted.length === 0;
}

/** The text of `ignore` that keeps these folders only. */
export function ignoreAllBut(folders: readonly string[]): string {
  const lines = ['/*'];
  const opened = new Set<string>();
  for (const folder of [...new Set(folders)].sort()) {
    const steps = folder.split('/');
    if (steps.some((_, i) => i > 0 && opened.has(`keep ${steps.slice(0, i).join('/')}`))) continue;
    steps.forEach((_, i) => {
      const way = steps.slice(0, i + 1).join('/');
      const last = i === steps.length - 1;
      if (opened.has(way)) return;
      opened.add(last ? `keep ${way}` : way);
      lines.push(`!/${way}/`);
      if (!last) lines.push(`/${way}/*`);
    });
  }
  return `${lines.join('\n')}\n`;
}
