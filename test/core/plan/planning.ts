import type { KubeObject } from '../../../src/api/object.ts';
import type { PlannedMove } from '../../../src/core/moves/phases.ts';
import type { DesiredObject } from '../../../src/core/objects/desired.ts';
import { type Applied, planChanges } from '../../../src/core/plan/plan.ts';
import { desiredObject, idOf } from '../live.ts';

/** What there is, by names. */
export interface World {
  desired?: DesiredObject[];
  tracked?: string[];
  live?: Record<string, Partial<KubeObject>>;
  applied?: Record<string, Applied>;
  environments?: { name: string; after: string | undefined }[];
  /** Kinds that the cluster lacks. */
  unserved?: string[];
  /** What objects still wait for of others, by name. */
  unreadyExternal?: Record<string, string[]>;
  /** Environments of what is no longer desired, by name. */
  environmentOf?: Record<string, string>;
  /** Environments of which nobody knows what is in force. */
  held?: (string | undefined)[];
  /** What takes the place of what. */
  moves?: PlannedMove[];
  /** Objects that somebody else has. */
  satisfied?: string[];
  /** Whether objects are to be exactly what is desired. */
  exact?: boolean;
  /** In how many milliseconds objects may be corrected again, by name. */
  correctableIn?: Record<string, number>;
}

/** Plans and says it in words: what is applied and why, what is blocked by what, what goes. */
export function plan(world: World): object {
  const {
    desired = [desiredObject('apps')],
    tracked = [],
    live = {},
    applied = {},
    environments = [],
  } = world;
  const names = (ids: readonly string[]): string[] => ids.map((id) => id.split('_')[1] ?? id);
  const planned = planChanges(
    { objects: desired, environments },
    {
      tracked: tracked.map((name) => ({ id: idOf(name), version: 'v1', wave: 1 })),
      live: ({ manifest, ref }) => {
        const present = live[ref.name];
        return present === undefined ? undefined : { ...manifest, ...present };
      },
      applied: (id) => applied[names([id])[0] ?? ''],
      digest: ({ manifest }) => JSON.stringify(manifest),
      lacks: ({ ref }) =>
        world.unserved?.includes(ref.kind) === true ? `the CRD of ${ref.kind}` : undefined,
      held: new Set(world.held ?? []),
      moves: world.moves ?? [],
      environmentOf: ({ id }) => world.environmentOf?.[names([id])[0] ?? ''],
      unreadyExternal: ({ ref }) => world.unreadyExternal?.[ref.name] ?? [],
      satisfied: (id) => world.satisfied?.includes(names([id])[0] ?? '') === true,
      exact: world.exact === true,
      correctableIn: (id) => world.correctableIn?.[names([id])[0] ?? ''] ?? 0,
    },
  );
  return {
    apply: planned.apply.map(({ object, cause, drift }) => [object.ref.name, cause, ...drift]),
    blocked: planned.blocked.map(({ object, waitsFor }) => [
      object.ref.name,
      ...waitsFor.map((name) => name.split('/').at(-1)),
    ]),
    terminating: planned.terminating.map(({ ref }) => ref.name),
    prune: names(planned.prune.map(({ id }) => id)),
    ...(planned.postponed.length === 0 ? {} : { postponed: planned.postponed.map(({ ref }) => ref.name) }),
    ...(planned.keptForNow.length === 0 ? {} : { keptForNow: names(planned.keptForNow.map(({ id }) => id)) }),
  };
}

/** A plan with nothing in it. */
export const NOTHING = { apply: [], blocked: [], terminating: [], prune: [] };

/** An object as it was applied last. */
export function appliedAs(object: DesiredObject, residue = ''): Applied {
  return { digest: JSON.stringify(object.manifest), residue };
}
