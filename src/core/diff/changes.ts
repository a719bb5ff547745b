import type { KubeObject, ObjectRef } from '../../api/object.ts';
import type { DesiredObject } from '../objects/desired.ts';
import type { BlueprintKey } from '../objects/ownership.ts';
import { valueAt } from '../values/json.ts';
import { type FieldChange, compareManifests } from './compare.ts';

/** What happens to an object. */
export type Action = 'delete' | 'update' | 'create';

/** An object that a change of a blueprint changes. */
export interface ObjectChange {
  action: Action;
  ref: ObjectRef;
  /** Its environment and layer; undefined where it has none. */
  environment: string | undefined;
  layer: string | undefined;
  /** The path in the blueprint of the item that it is made from; undefined where that is not known. */
  path: string | undefined;
  /** For one that is deleted: what becomes of what it deployed, in words; undefined where it deploys nothing. */
  consequence: string | undefined;
  fields: readonly FieldChange[];
}

/** An object that the cluster would refuse, or that the operator would not write. */
export interface Refusal {
  ref: ObjectRef;
  message: string;
}

/** What a change of one blueprint changes. */
export interface BlueprintDiff {
  key: BlueprintKey;
  /** What was compared with what, in words. */
  compared: string;
  /** Whether the blueprint has environments. */
  hasEnvironments: boolean;
  /** In the order of work; see {@link sortChanges}. */
  changes: readonly ObjectChange[];
  /** How many objects stay as they are. */
  unchanged: number;
  refusals: readonly Refusal[];
}

/** An object before and after a change; one of the two is undefined where it comes or goes. */
export interface ObjectPair {
  before: DiffedObject | undefined;
  after: DiffedObject | undefined;
}

/** What a diff looks at of an object. */
export type DiffedObject = Pick<DesiredObject, 'ref' | 'manifest' | 'layer' | 'environment'> & {
  path?: string;
};

/** The changes of objects, and how many stay as they are. */
export function changesOf(pairs: Iterable<ObjectPair>): Pick<BlueprintDiff, 'changes' | 'unchanged'> {
  const changes: ObjectChange[] = [];
  let unchanged = 0;
  for (const pair of pairs) {
    const change = changeOf(pair);
    if (change !== undefined) changes.push(change);
    else if (pair.after !== undefined) unchanged += 1;
  }
  return { changes: sortChanges(changes), unchanged };
}

function changeOf({ before, after }: ObjectPair): ObjectChange | undefined {
  if (after === undefined) return before === undefined ? undefined : deletionOf(before);
  const fields = compareManifests(before?.manifest, after.manifest);
  if (before !== undefined && fields.length === 0) return undefined;
  const { ref, environment, layer, path } = after;
  const action = before === undefined ? 'create' : 'update';
  return { action, ref, environment, layer, path, consequence: undefined, fields };
}

function deletionOf({ ref, environment, layer, path, manifest }: DiffedObject): ObjectChange {
  const consequence = describeDeletion(manifest);
  return { action: 'delete', ref, environment, layer, path, consequence, fields: [] };
}

/** Pairs the objects of two versions of a blueprint by their ids. What is kept when nobody wants it is not deleted. */
export function pairObjects(before: readonly DesiredObject[], after: readonly DesiredObject[]): ObjectPair[] {
  const old = new Map(before.map((object) => [object.id, object]));
  const wanted = new Set(after.map(({ id }) => id));
  return [
    ...before
      .filter(({ id, keep }) => !wanted.has(id) && !keep)
      .map((object) => ({ before: object, after: undefined })),
    ...after.map((object) => ({ before: old.get(object.id), after: object })),
  ];
}

/** Changes in the order in which people must see them: what is deleted first, the rest in the order of work. */
function sortChanges(changes: readonly ObjectChange[]): ObjectChange[] {
  const deleted = changes.filter(({ action }) => action === 'delete');
  return [...deleted, ...changes.filter(({ action }) => action !== 'delete')];
}

/**
 * What Flux does with what an object deployed when the object is deleted, in words; undefined for objects that deploy
 * nothing.
 */
export function describeDeletion({ kind, spec }: KubeObject): string | undefined {
  const read = (field: string): unknown => valueAt(spec, [field]);
  const isSuspended = read('suspend') === true;
  switch (kind) {
    case 'Kustomization': {
      const policy = read('deletionPolicy') ?? 'MirrorPrune';
      if (isSuspended) return 'what it deployed stays, because it is suspended';
      const stays = policy === 'Orphan' || (policy === 'MirrorPrune' && read('prune') !== true);
      return stays ? 'what it deployed stays' : 'with all that it deployed';
    }
    case 'HelmRelease':
      return isSuspended ? 'its release stays, because it is suspended' : 'its release is uninstalled';
    case 'Namespace':
      return 'with all that is in it';
    default:
      return undefined;
  }
}

/** How many objects a diff deletes, changes and creates. */
export function countChanges(changes: readonly ObjectChange[]): Record<Action, number> {
  const count = (action: Action): number => changes.filter((change) => change.action === action).length;
  return { delete: count('delete'), update: count('update'), create: count('create') };
}

/** The counts of a diff in words: `1 to delete, 2 to change; 5 stay as they are`. */
export function describeCounts({ changes, unchanged }: Pick<BlueprintDiff, 'changes' | 'unchanged'>): string {
  const counts = countChanges(changes);
  const parts = [
    [counts.delete, 'to delete'],
    [counts.update, 'to change'],
    [counts.create, 'to create'],
  ] as const;
  const named = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const stay = unchanged === 0 ? '' : unchanged === 1 ? '1 stays as it is' : `${unchanged} stay as they are`;
  const said = named.length === 0 ? 'nothing changes' : named.join(', ');
  return stay === '' ? said : `${said}; ${stay}`;
}

/** Whether any of some diffs changes anything. */
export function hasChanges(diffs: readonly BlueprintDiff[]): boolean {
  return diffs.some(({ changes }) => changes.length > 0);
}

/** The changes of an environment and a layer. */
export interface ChangeGroup {
  environment: string | undefined;
  layer: string | undefined;
  changes: readonly ObjectChange[];
}

/** Groups changes by environment and layer, in the order in which the groups come first. */
export function groupChanges(changes: readonly ObjectChange[]): ChangeGroup[] {
  const byEnvironment = Map.groupBy(changes, ({ environment }) => environment);
  return [...byEnvironment].flatMap(([environment, some]) =>
    [...Map.groupBy(some, ({ layer }) => layer)].map(([layer, members]) => ({
      environment,
      layer,
      changes: members,
    })),
  );
}

/** The names of a group, for a heading: `production, layer apps`. */
export function nameGroup(
  { environment, layer }: Pick<ObjectChange, 'environment' | 'layer'>,
  hasEnvironments: boolean,
): string {
  const where = layer === undefined ? 'in no layer' : `layer ${layer}`;
  if (!hasEnvironments) return where;
  return `${environment ?? 'all environments'}, ${where}`;
}
