import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import type { Source } from '../../../api/schema/spec.ts';
import type { Problems } from '../../validation/problem.ts';
import { own } from '../../values/json.ts';
import { itemPath } from '../../values/path.ts';
import { type SourceItem, recordDerived } from '../model/item.ts';
import { sourceBlockOf } from './naming.ts';

/** Translates `onlyPaths` of a source into `spec.ignore` of its item; does nothing where there are none. */
export function applyOnlyPaths(item: SourceItem, source: Source, problems: Problems): void {
  if (source.onlyPaths === undefined) return;
  const path = `${item.path}.onlyPaths`;
  if (!item.kind.hasIgnore) {
    problems.add('misplaced', path, `a ${item.kind.kind} has no folders to choose from`);
    return;
  }
  const block = sourceBlockOf(source);
  if (block !== undefined && own(source[block] as JsonObject, 'ignore') !== undefined) {
    problems.add(
      'both-forms',
      path,
      `stands beside \`${block}.ignore\`, which says the same in another form: keep one`,
    );
    return;
  }
  if (!checkFolders(source.onlyPaths, path, problems)) return;
  item.spec['ignore'] = ignoreAllBut(source.onlyPaths);
  recordDerived(item, { at: ['ignore'], path });
}

/** Refuses lists that would leave everything out, because the rules of .gitignore would match no folder. */
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

/**
 * Rules of .gitignore that keep these folders only. Git never looks into an ignored folder, so that every folder on the
 * way must be included, and the rest of its content ignored again.
 */
function ignoreAllBut(folders: readonly string[]): string {
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
