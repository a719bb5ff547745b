/**
 * Checks how far a migration is: from the blueprint that was written and what the cluster has, to the next step and
 * what stands in its way. Begin with {@link checkMigration}.
 */
import { Label } from '../../../api/names.ts';
import { type KubeObject, type ObjectRef, displayName, objectId } from '../../../api/object.ts';
import { isObject, own, textAt } from '../../values/json.ts';
import { compare } from '../../values/path.ts';

/** What is known of a migration. */
export interface MigrationState {
  /** The blueprint as its file has it. */
  blueprint: { name: string; namespace: string; adopts: boolean };
  /** Whether the blueprint in the cluster is ready, and why not; undefined where it is not in the cluster. */
  readiness: { ready: boolean; message: string } | undefined;
  /** What the blueprint makes, each with the object that is in the cluster. */
  objects: readonly { ref: ObjectRef; live: KubeObject | undefined }[];
  /** The Kustomizations of the cluster. */
  kustomizations: readonly KubeObject[];
}

/** The step of a migration that comes next. */
export type MigrationNext = 'commit-1' | 'commit-2' | 'nothing';

/** How far a migration is. */
export interface MigrationCheck {
  next: MigrationNext;
  /** What has to be so before the next step is safe; empty where it is. */
  blockers: string[];
  /** How many objects the blueprint has taken over. */
  adopted: number;
  objects: number;
}

/** The annotation by which Flux keeps an object whose file is gone. */
const PRUNE = 'kustomize.toolkit.fluxcd.io/prune';

const PARENT = {
  name: 'kustomize.toolkit.fluxcd.io/name',
  namespace: 'kustomize.toolkit.fluxcd.io/namespace',
};

/** Says which step of a migration comes next, and whether it is safe. */
export function checkMigration(state: MigrationState): MigrationCheck {
  const { blueprint, objects, readiness } = state;
  const adopted = objects.filter(({ live }) => isOf(live, blueprint)).length;
  const check = { adopted, objects: objects.length };
  if (readiness === undefined)
    return { ...check, next: 'commit-1', blockers: findForeign(state, 'it would be refused') };
  const parents = findParents(state.kustomizations);
  const named = objects.filter(({ ref }) => parents.has(objectId(ref)));
  const blockers = [
    ...(readiness.ready ? [] : [`the blueprint is not ready: ${readiness.message}`]),
    ...objects.filter(({ live }) => !isOf(live, blueprint)).map(({ ref, live }) => describeLack(ref, live)),
    ...named.flatMap(({ ref, live }) => describePruning(ref, live, parents)),
  ];
  const next = named.length === 0 && blockers.length === 0 ? 'nothing' : 'commit-2';
  return { ...check, next, blockers };
}

function isOf(
  live: KubeObject | undefined,
  { name, namespace }: { name: string; namespace: string },
): boolean {
  const labels = live?.metadata.labels ?? {};
  return labels[Label.Name] === name && labels[Label.Namespace] === namespace;
}

/** What would make the operator refuse the blueprint, before it is in the cluster. */
function findForeign({ blueprint, objects }: MigrationState, why: string): string[] {
  const others = objects.flatMap(({ ref, live }) => {
    const owner = live?.metadata.labels?.[Label.Name];
    if (owner === undefined || isOf(live, blueprint)) return [];
    return [`${displayName(ref)} is of another blueprint, ${owner}: ${why}`];
  });
  return blueprint.adopts
    ? others
    : [`the blueprint lacks \`adoption: Adopt\`, so that it would take nothing over`, ...others];
}

function describeLack(ref: ObjectRef, live: KubeObject | undefined): string {
  return `${displayName(ref)} ${live === undefined ? 'is not there yet' : 'is not taken over yet'}`;
}

/** The Kustomizations that hold an object in their inventory, by the id of the object. */
function findParents(kustomizations: readonly KubeObject[]): Map<string, string> {
  const parents = new Map<string, string>();
  for (const { metadata, status } of kustomizations) {
    const inventory = isObject(status) ? own(status, 'inventory') : undefined;
    const entries = isObject(inventory) ? own(inventory, 'entries') : undefined;
    for (const entry of Array.isArray(entries) ? entries : []) {
      const id = textAt(entry, ['id']);
      if (id !== undefined) parents.set(id, `${metadata.namespace ?? ''}/${metadata.name}`);
    }
  }
  return parents;
}

/** Why the Kustomization that still applies an object would delete it with its file; nothing where it would not. */
function describePruning(
  ref: ObjectRef,
  live: KubeObject | undefined,
  parents: ReadonlyMap<string, string>,
): string[] {
  const parent = parents.get(objectId(ref)) ?? '';
  if (live === undefined || !isPruned(live, parent)) return [];
  return [
    `${displayName(ref)} would be deleted with its file by Kustomization ${parent}: give it the annotation ${PRUNE}: disabled`,
  ];
}

/** Whether a Kustomization takes an object for its own, and may delete it. */
function isPruned({ metadata: { labels = {}, annotations = {} } }: KubeObject, parent: string): boolean {
  const owner = [labels[PARENT.namespace], labels[PARENT.name]].join('/');
  return owner === parent && annotations[PRUNE]?.toLowerCase() !== 'disabled';
}

/** The most blockers that are told. */
const MAX_TOLD = 20;

const NEXT: Readonly<Record<MigrationNext, string>> = {
  'commit-1': 'commit 1, which adds the blueprint',
  'commit-2': 'commit 2, which removes the old files',
  nothing: 'nothing: the migration is done',
};

/** A check for people, as the end of a sentence, and each thing that stands in the way. */
export function describeCheck({ next, blockers, adopted, objects }: MigrationCheck): {
  summary: string;
  blockers: string[];
} {
  const told = [...blockers].sort(compare).slice(0, MAX_TOLD);
  const more = blockers.length - told.length;
  const verdict = blockers.length === 0 ? ', and is safe' : ', and is not safe yet';
  return {
    summary: `${adopted} of ${objects} objects are taken over; next is ${NEXT[next]}${next === 'nothing' ? '' : verdict}`,
    blockers: more > 0 ? [...told, `and ${more} more`] : told,
  };
}
