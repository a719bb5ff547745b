import { SOURCE_BLOCKS, type SourceBlock } from '../../../api/schema/spec.ts';
import type { FluxKind } from '../../kinds/kind.ts';
import type { Problems } from '../../validation/problem.ts';
import type { Scope } from '../environments/scopes.ts';

/** What drafting an item needs: the blueprint as its scope sees it, and where problems go. */
export interface Draft {
  scope: Scope;
  /** Collects problems by the paths of the scope. */
  problems: Problems;
}

/** The longest value of a label, in characters. */
const MAX_LABEL = 63;

/** The source block of an item, where it has one. Of several, which are refused elsewhere, the first counts. */
export function sourceBlockOf(item: Partial<Record<SourceBlock, unknown>>): SourceBlock | undefined {
  return SOURCE_BLOCKS.find((block) => item[block] !== undefined);
}

/**
 * The name of an item's object: its own with the scope's suffix. Refuses a name that does not fit in a label, where it
 * has a suffix or Flux makes a label of it. `path` is the path of the item.
 */
export function nameInScope(
  { scope, problems }: { scope: Pick<Scope, 'suffix'>; problems: Problems },
  item: { name: string; objectName?: string },
  path: string,
  kind: FluxKind,
): string {
  const { suffix } = scope;
  const full = (item.objectName ?? item.name) + suffix;
  const why =
    suffix === '' ? ', and Flux labels with it what it deploys' : ' with the suffix of the environment';
  if ((suffix !== '' || kind.nameIsLabel === true) && full.length > MAX_LABEL) {
    problems.add(
      'too-long',
      `${path}.${item.objectName === undefined ? 'name' : 'objectName'}`,
      `${JSON.stringify(full)} has ${full.length} characters${why}; at most ${MAX_LABEL} are allowed`,
    );
  }
  return full;
}

/**
 * The path at which the namespace of an item was written: in the first of `written` that has one, else in the
 * environment. Where nobody wrote it, it is the path in the last of `written` at which it could be.
 */
export function namespacePathOf(
  scope: Scope,
  written: readonly (readonly [{ namespace?: string }, string])[],
): string {
  const [, path] = written.find(([{ namespace }]) => namespace !== undefined) ?? [];
  if (path !== undefined) return `${path}.namespace`;
  return scope.namespacePath ?? `${written.at(-1)?.[1] ?? ''}.namespace`;
}
