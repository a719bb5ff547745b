import { displayName, refOfId, type ObjectRef } from '../../api/object.ts';
import {
  COMPONENT_STATES,
  type ComponentState,
  type ComponentStatus,
  type EnvironmentStatus,
  type LayerStatus,
  type Status,
} from '../../api/schema/status.ts';
import type { DesiredObject, DesiredState } from '../objects/desired.ts';
import { type Health, isSettled } from '../health/health.ts';
import { compare } from '../values/path.ts';
import { truncateToBytes } from '../values/truncate.ts';

/** The most components that a status names. */
const MAX_COMPONENTS = 100;
/** The most root causes that a status names for one component. */
const MAX_BLOCKERS = 20;

/** The part of a status about the generated objects. */
export interface ObjectReport {
  summary: NonNullable<Status['summary']>;
  layers: LayerStatus[];
  components: ComponentStatus[];
  environments: EnvironmentStatus[];
  /** The generated receivers. Flux publishes the path of a receiver's webhook in its status. */
  receivers: ObjectRef[];
  /** Whether all objects are settled. */
  settled: boolean;
  /** The first root cause, for the message of a condition; undefined if all objects are settled. */
  cause: ComponentStatus | undefined;
}

/**
 * Sums up the health of the generated objects by state, layer and environment, and lists the components that are not
 * ready, root causes first. `health` is keyed by object id.
 *
 * @param pending objects of environments in which nothing is in force yet: they are told of, and whether all is settled
 *   does not depend on them
 */
export function reportObjects(
  desired: DesiredState,
  health: ReadonlyMap<string, Health>,
  pending: readonly DesiredObject[] = [],
): ObjectReport {
  const stateOf = (id: string): ComponentState => health.get(id)?.state ?? 'Pending';
  const settled = desired.objects.every(({ id }) => isSettled(stateOf(id)));
  const objects = pending.length === 0 ? desired.objects : [...desired.objects, ...pending];
  const unsettled = settled ? pending : objects.filter(({ id }) => !isSettled(stateOf(id)));
  const causes = new RootCauses(unsettled.length === 0 ? [] : objects, stateOf);
  const components = [...unsettled, ...objects.filter(({ id }) => stateOf(id) === 'Suspended')]
    .map((object) => describeComponent(object, health.get(object.id), causes.of(object.id)))
    .sort(compareUrgency)
    .slice(0, MAX_COMPONENTS);
  return {
    summary: summarize(objects.map(({ id }) => stateOf(id))),
    layers: reportLayers(objects, stateOf),
    components,
    environments: reportEnvironments({ ...desired, objects }, stateOf),
    receivers: desired.objects.map(({ ref }) => ref).filter(({ kind }) => kind === 'Receiver'),
    settled,
    cause: settled ? undefined : components[0],
  };
}

function summarize(states: readonly ComponentState[]): NonNullable<Status['summary']> {
  const counts = { Failed: 0, Blocked: 0, Progressing: 0, Pending: 0, Suspended: 0, Ready: 0 };
  for (const state of states) counts[state]++;
  return {
    components: `${counts.Ready}/${states.length}`,
    ready: counts.Ready,
    progressing: counts.Progressing + counts.Pending,
    blocked: counts.Blocked,
    failed: counts.Failed,
    suspended: counts.Suspended,
    total: states.length,
  };
}

function reportEnvironments(
  desired: DesiredState,
  stateOf: (id: string) => ComponentState,
): EnvironmentStatus[] {
  return desired.environments.map(({ name }) => {
    const states = desired.objects
      .filter(({ environment }) => environment === name)
      .map(({ id }) => stateOf(id));
    return { name, ...countStates(states) };
  });
}

/** Returns the worst of some states, how many are ready, and their number. */
function countStates(states: readonly ComponentState[]): {
  state: ComponentState;
  ready: number;
  total: number;
} {
  return {
    state: COMPONENT_STATES.find((state) => states.includes(state)) ?? 'Ready',
    ready: states.filter((state) => state === 'Ready').length,
    total: states.length,
  };
}

function reportLayers(
  objects: readonly DesiredObject[],
  stateOf: (id: string) => ComponentState,
): LayerStatus[] {
  const byLayer = new Map<
    string,
    { name: string; environment: string | undefined; wave: number; states: ComponentState[] }
  >();
  for (const { layer, environment, wave, id } of objects) {
    if (layer === undefined) continue;
    const key = `${environment ?? ''}/${layer}`;
    const entry = byLayer.get(key) ?? { name: layer, environment, wave, states: [] };
    entry.wave = Math.max(entry.wave, wave);
    entry.states.push(stateOf(id));
    byLayer.set(key, entry);
  }
  return [...byLayer]
    .sort(([a, left], [b, right]) => left.wave - right.wave || compare(a, b))
    .map(([, { name, environment, states }]) => ({
      name,
      ...(environment === undefined ? {} : { environment }),
      ...countStates(states),
    }));
}

function describeComponent(
  object: DesiredObject,
  health: Health = { state: 'Pending' },
  blockedBy: readonly string[],
): ComponentStatus {
  const { ref, layer, environment } = object;
  const { state, revision, message } = health;
  return {
    name: ref.name,
    ...(layer === undefined ? {} : { layer }),
    ...(environment === undefined ? {} : { environment }),
    kind: ref.kind,
    namespace: ref.namespace ?? '',
    state,
    ...(state === 'Blocked' && blockedBy.length > 0 ? { blockedBy: [...blockedBy] } : {}),
    ...(revision === undefined ? {} : { revision: truncateToBytes(revision, 512) }),
    ...(message === undefined ? {} : { message: truncateToBytes(message, 1024) }),
  };
}

/** Puts possible causes before what waits for them: failed, progressing, blocked, suspended. Then sorts by name. */
function compareUrgency(a: ComponentStatus, b: ComponentStatus): number {
  const rank = ({ state }: ComponentStatus): number =>
    ['Failed', 'Progressing', 'Pending', 'Blocked', 'Suspended', 'Ready'].indexOf(state);
  return (
    rank(a) - rank(b) || compare(`${a.kind}/${a.namespace}/${a.name}`, `${b.kind}/${b.namespace}/${b.name}`)
  );
}

/** Finds the root causes that block an object: unsettled dependencies that do not wait for others themselves. */
class RootCauses {
  readonly #objects: ReadonlyMap<string, DesiredObject>;
  readonly #stateOf: (id: string) => ComponentState;
  readonly #known = new Map<string, readonly string[]>();

  constructor(objects: readonly DesiredObject[], stateOf: (id: string) => ComponentState) {
    this.#objects = new Map(objects.map((object) => [object.id, object]));
    this.#stateOf = stateOf;
    // Dependencies are in earlier waves, so their root causes are known before those of their dependents.
    for (const object of [...objects].sort((a, b) => a.wave - b.wave))
      this.#known.set(object.id, this.#find(object));
  }

  of(id: string): readonly string[] {
    return this.#known.get(id) ?? [];
  }

  #find(object: DesiredObject): string[] {
    const roots = new Set<string>();
    for (const id of object.dependsOn) {
      if (isSettled(this.#stateOf(id))) continue;
      const deeper = this.#known.get(id) ?? [];
      if (deeper.length === 0) roots.add(this.#nameOf(id));
      else for (const root of deeper) roots.add(root);
    }
    return [...roots].sort(compare).slice(0, MAX_BLOCKERS);
  }

  #nameOf(id: string): string {
    const ref = this.#objects.get(id)?.ref ?? refOfId(id, '');
    return displayName(ref);
  }
}
