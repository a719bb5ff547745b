import { MOVES_TO, RECONCILE_REQUEST } from '../../api/names.ts';
import { type KubeObject, displayName } from '../../api/object.ts';
import { assessHealth } from '../health/health.ts';
import { helmRelease } from '../kinds/helm-release.ts';
import { isOfKind } from '../kinds/kind.ts';
import { describeRelease, releaseOf } from '../releases/release.ts';
import { isObject, textAt, valueAt } from '../values/json.ts';
import type { Move } from './move.ts';

/** How far a move came, and what it waits for, in words that follow the name of what goes. */
export type MovePhase =
  /** It cannot be moved: both stay as they are. */
  | { type: 'unsafe'; why: string }
  /** What goes is to be released: suspended, so that Flux neither changes nor deletes anything for it. */
  | { type: 'release'; why: string }
  /** It is released, and Flux may not be done with what it did for it before. */
  | { type: 'releasing'; why: string }
  /** What comes may be applied, and has not taken everything over yet. */
  | { type: 'taking-over'; why: string }
  /** What comes is ready, and does not hold all that the other held. */
  | { type: 'left-behind'; why: string; names: readonly string[] }
  /** What goes can be deleted: it deploys nothing any more. */
  | { type: 'done' };

/** A move, and how far it came. */
export interface PlannedMove extends Move {
  phase: MovePhase;
}

/** Whether what comes may be applied. Until then Flux could still work for what goes. */
export function mayArrive({ type }: MovePhase): boolean {
  return type === 'taking-over' || type === 'left-behind' || type === 'done';
}

/**
 * Says how far a move came.
 *
 * @param arrived what comes, as it is in the cluster; undefined where it is not there yet
 */
export function phaseOf(
  { live, unsafe }: Pick<Move, 'live' | 'unsafe'>,
  arrived: KubeObject | undefined,
): MovePhase {
  if (unsafe !== undefined) return { type: 'unsafe', why: unsafe };
  if (!isReleased(live)) return { type: 'release', why: 'is released first' };
  if (!isOver(live))
    return { type: 'releasing', why: 'is suspended, and Flux has not said that it is done with it' };
  const health = assessHealth(arrived);
  if (arrived === undefined || health.state !== 'Ready') {
    const why = health.message === undefined ? '' : `: ${health.message}`;
    return { type: 'taking-over', why: `is handed over, and what takes its place is ${health.state}${why}` };
  }
  return isOfKind(live, helmRelease) ? assessRelease(live, arrived) : assessInventory(live, arrived);
}

/** Whether Flux deletes nothing for an object, whatever happens to it. */
export function isReleased(live: KubeObject): boolean {
  const { spec } = live;
  const kept = isOfKind(live, helmRelease) || valueAt(spec, ['deletionPolicy']) === 'Orphan';
  return kept && valueAt(spec, ['suspend']) === true && isMarked(live);
}

/** Whether an object was released by a move. */
export function isMarked({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[MOVES_TO] !== undefined;
}

/** The finalizer of Flux's controllers. They put it on an object before they do anything for it. */
const FLUX_FINALIZER = 'finalizers.fluxcd.io';

/**
 * Whether Flux is done with what it did for an object before that was released. A release makes a request to reconcile
 * in the same write, so that a controller which has handled it has seen the suspension too; it never works on one
 * object twice at a time.
 */
export function isOver({ metadata, status }: KubeObject): boolean {
  if (metadata.finalizers?.includes(FLUX_FINALIZER) !== true) return true;
  const request = metadata.annotations?.[RECONCILE_REQUEST];
  return request !== undefined && textAt(status, ['lastHandledReconcileAt']) === request;
}

/** A Kustomization has taken over what stands in its inventory. */
function assessInventory(live: KubeObject, arrived: KubeObject): MovePhase {
  const held = new Set(entriesOf(arrived));
  const left = entriesOf(live).filter((id) => !held.has(id));
  if (left.length === 0) return { type: 'done' };
  return {
    type: 'left-behind',
    why: `stays, because what takes its place does not deploy all that it did`,
    names: left.map(nameEntry),
  };
}

function entriesOf({ status }: KubeObject): string[] {
  const entries = valueAt(status, ['inventory', 'entries']);
  return Array.isArray(entries) ? entries.flatMap((entry) => textAt(entry, ['id']) ?? []) : [];
}

/** Names an entry of Flux's inventory, which is `namespace_name_group_kind`; colons in a name are two underscores. */
function nameEntry(id: string): string {
  const [namespace = '', ...rest] = id.split('_');
  const kind = rest.at(-1) ?? '';
  const name = rest.slice(0, -2).join('_').replaceAll('__', ':');
  return displayName({ kind, namespace, name });
}

/** A HelmRelease has taken over the release that stands first in its history. */
function assessRelease(live: KubeObject, arrived: KubeObject): MovePhase {
  const { spec, metadata } = live;
  if (!isObject(spec) || entriesOfHistory(live) === 0) return { type: 'done' };
  const { name, namespace = '' } = metadata;
  const release = releaseOf(spec, { name, namespace });
  const taken =
    textAt(arrived['status'], ['history', 0, 'name']) === release.name &&
    textAt(arrived['status'], ['storageNamespace']) === release.storageNamespace;
  if (taken) return { type: 'done' };
  return {
    type: 'left-behind',
    why: 'stays, because what takes its place has another Helm release',
    names: [describeRelease(release)],
  };
}

function entriesOfHistory({ status }: KubeObject): number {
  const history = valueAt(status, ['history']);
  return Array.isArray(history) ? history.length : 0;
}
