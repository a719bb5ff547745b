import { Label } from '../../api/names.ts';
import { type KubeObject, type ObjectRef, displayName, objectId } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import { COMPONENT_STATES, type ComponentState, type Status } from '../../api/schema/status.ts';
import { type Health, assessHealth } from '../health/health.ts';
import { conditionOf } from '../health/read-conditions.ts';
import type { DesiredState } from '../objects/desired.ts';
import { ageOf } from '../text/age.ts';
import { shortenRevision } from '../text/revision.ts';
import type { TreeNode } from '../text/tree.ts';
import { compare } from '../values/path.ts';
import { isObject, textAt, valueAt } from '../values/json.ts';
import { listGenerated } from './events.ts';
import { readinessOf } from './readiness.ts';
import { describeSuspension } from './suspension.ts';
import { STATE_SYMBOLS } from './state-symbols.ts';

/** What a tree is made of. */
export interface StatusInput {
  blueprint: Blueprint;
  /** The live objects that could be read, by their ids. */
  live: ReadonlyMap<string, KubeObject>;
  /** What the blueprint asks for now, which says what belongs where; undefined where it does not compile. */
  desired: DesiredState | undefined;
  /** Whether what Flux deployed is shown below each object, as far as its inventory says it. */
  withDeployed: boolean;
  /** In milliseconds since the epoch. */
  now: number;
}

/** One generated object, and where it belongs. */
interface Leaf {
  ref: ObjectRef;
  environment: string | undefined;
  layer: string | undefined;
  state: ComponentState;
  node: TreeNode;
}

/** The symbol of a blueprint, by its readiness. */
const OVERALL = { ready: 'Ready', waiting: 'Progressing', failing: 'Failed', ended: 'Failed' } as const;

/** A blueprint as a tree: environments, layers, objects, and what Flux deployed. What is worst stands first. */
export function treeOfStatus(input: StatusInput): TreeNode {
  const { blueprint, now } = input;
  const { metadata, spec, status = {} } = blueprint;
  const leaves = listLeaves(input);
  const environments = groupBy(leaves, ({ environment }) => environment);
  const { state, message } = readinessOf(blueprint, now);
  return {
    symbol: STATE_SYMBOLS[describeSuspension(spec, now) === undefined ? OVERALL[state] : 'Suspended'],
    name: `FluxBlueprint ${metadata.namespace ?? ''}/${metadata.name}`,
    details: [
      status.summary === undefined ? '' : `${status.summary.components} ready`,
      describeRevision(status),
      ageOf(metadata.creationTimestamp, now),
    ],
    message,
    children: [...environments].flatMap(([name, members]) =>
      name === undefined ? listLayers(members) : [nameEnvironment(name, members, status)],
    ),
  };
}

function describeRevision({ revision }: Pick<Status, 'revision'>): string {
  return revision === undefined ? '' : `revision ${revision}`;
}

/** The groups, the worst first; among equals what belongs to no environment or layer comes last. */
function groupBy(
  leaves: readonly Leaf[],
  by: (leaf: Leaf) => string | undefined,
): [string | undefined, Leaf[]][] {
  const groups = [...Map.groupBy(leaves, by)];
  const rank = ([name, members]: (typeof groups)[number]): number =>
    2 * COMPONENT_STATES.indexOf(worstOf(members)) + (name === undefined ? 1 : 0);
  return groups.sort((a, b) => rank(a) - rank(b));
}

function worstOf(leaves: readonly Leaf[]): ComponentState {
  return COMPONENT_STATES.find((state) => leaves.some((leaf) => leaf.state === state)) ?? 'Ready';
}

function nameEnvironment(name: string, members: readonly Leaf[], status: Status): TreeNode {
  const known = status.environments?.find((environment) => environment.name === name);
  const waits = known?.waitsFor;
  return {
    symbol: STATE_SYMBOLS[worstOf(members)],
    name,
    details: [countReady(members), describeRevision(known ?? {})],
    message: waits === undefined ? undefined : `a change waits: ${waits.message}`,
    children: listLayers(members),
  };
}

function listLayers(leaves: readonly Leaf[]): TreeNode[] {
  return groupBy(leaves, ({ layer }) => layer).flatMap(([name, members]) => {
    const nodes = sortLeaves(members).map(({ node }) => node);
    if (name === undefined) return nodes;
    return [
      { symbol: STATE_SYMBOLS[worstOf(members)], name, details: [countReady(members)], children: nodes },
    ];
  });
}

function sortLeaves(leaves: readonly Leaf[]): Leaf[] {
  const rank = ({ state }: Leaf): number => COMPONENT_STATES.indexOf(state);
  return [...leaves].sort(
    (a, b) =>
      rank(a) - rank(b) || compare(a.ref.kind, b.ref.kind) || compare(objectId(a.ref), objectId(b.ref)),
  );
}

function countReady(leaves: readonly Leaf[]): string {
  return `${leaves.filter(({ state }) => state === 'Ready').length}/${leaves.length} ready`;
}

/** Every object that is generated, or asked for. */
function listLeaves(input: StatusInput): Leaf[] {
  const { blueprint, desired, live } = input;
  const asked = new Map((desired?.objects ?? []).map((object) => [object.id, object]));
  const refs = new Map([
    ...[...asked.values()].map(({ id, ref }) => [id, ref] as const),
    ...listGenerated(blueprint).map((ref) => [objectId(ref), ref] as const),
  ]);
  const generated = new Set(listGenerated(blueprint).map(objectId));
  const told = new Map(
    (blueprint.status?.components ?? []).map((component) => [keyOf(component), component]),
  );
  return [...refs].map(([id, ref]) => {
    const component = told.get(keyOf(ref));
    const place = asked.get(id) ?? component;
    const found = live.get(id);
    return {
      ref,
      environment: place?.environment,
      layer: place?.layer ?? found?.metadata.labels?.[Label.Layer],
      ...describeLeaf({ ref, found, told: component, exists: generated.has(id) }, input),
    };
  });
}

function keyOf({ kind, namespace = '', name }: { kind: string; namespace?: string; name: string }): string {
  return `${kind}/${namespace}/${name}`;
}

/** What is known of one object. */
interface Known {
  ref: ObjectRef;
  found: KubeObject | undefined;
  /** What the status of the blueprint says of it. */
  told: NonNullable<Status['components']>[number] | undefined;
  /** Whether it was generated. */
  exists: boolean;
}

function describeLeaf(
  known: Known,
  { blueprint, withDeployed, now }: StatusInput,
): Pick<Leaf, 'state' | 'node'> {
  const { ref, found, told } = known;
  const { state, message, revision = '' } = healthOf(known);
  const since = found && conditionOf(found, 'Ready')?.lastTransitionTime;
  const node = {
    symbol: STATE_SYMBOLS[state],
    name: nameIn(blueprint, ref),
    details: [state === 'Ready' ? '' : state, shortenRevision(revision), ageOf(since, now)],
    message: state === 'Ready' ? undefined : explain(message, told?.blockedBy),
    children: withDeployed && found !== undefined ? listDeployed(found) : [],
  };
  return { state, node };
}

/** An object's name; that of another namespace than the blueprint's is told with it. */
function nameIn({ metadata }: Blueprint, { kind, namespace = '', name }: ObjectRef): string {
  return displayName({ kind, name, namespace: namespace === metadata.namespace ? '' : namespace });
}

/** What is not read is as the status of the blueprint has it, which tells of the first hundred that are not ready. */
function healthOf({ found, told, exists }: Known): Pick<Health, 'state' | 'message' | 'revision'> {
  if (found !== undefined) return assessHealth(found);
  return told ?? { state: exists ? 'Ready' : 'Pending' };
}

function explain(message: string | undefined, blockedBy: readonly string[] = []): string | undefined {
  return blockedBy.length === 0 ? message : `waits for ${blockedBy.join(', ')}`;
}

/** The most objects that are shown below one. */
const MAX_DEPLOYED = 1000;

/** What Flux deployed for an object, by its inventory: ids as in the inventories of Flux. */
function listDeployed(live: KubeObject): TreeNode[] {
  const entries = valueAt(live, ['status', 'inventory', 'entries']);
  const ids = (Array.isArray(entries) ? entries.filter(isObject) : []).flatMap(
    (entry) => textAt(entry, ['id']) ?? [],
  );
  const shown = ids.slice(0, MAX_DEPLOYED).map((id) => leafOf(nameDeployed(id)));
  return ids.length > MAX_DEPLOYED ? [...shown, leafOf(`${ids.length - MAX_DEPLOYED} more`)] : shown;
}

function leafOf(name: string): TreeNode {
  return { symbol: { text: '·', look: 'faint' }, name, details: [], children: [] };
}

/**
 * Names an entry of an inventory, `<namespace>_<name>_<group>_<kind>`. The group may be empty, and a name may hold
 * colons, which Flux writes as two underscores.
 */
function nameDeployed(id: string): string {
  const [start, end] = [id.indexOf('_'), id.lastIndexOf('_')];
  const group = end < 1 ? -1 : id.lastIndexOf('_', end - 1);
  if (start < 0 || group <= start) return id;
  const name = id.slice(start + 1, group).replaceAll('__', ':');
  return displayName({ kind: id.slice(end + 1), namespace: id.slice(0, start), name });
}
