import type { DesiredState } from '../../core/objects/desired.ts';
import { type Part, composeDesired } from '../../core/rollout/compose.ts';
import type { StoredRevision } from '../../core/rollout/revision.ts';
import { trackedIn } from '../../core/rollout/stages.ts';
import { type Phase, proceed } from '../context/ending.ts';
import type { Compilation } from '../memory/compile-cache.ts';
import { completeCompilation } from '../memory/digests.ts';
import type { Decided, Deciding } from './deciding.ts';
import { environmentsOf } from './environments.ts';
import { loadRevision } from './load-revision.ts';

/** What revisions compile to, by their digests. One that cannot be used is missing. */
export type States = ReadonlyMap<string, DesiredState>;

/** Revisions that were loaded, and why some cannot be used. */
export interface Loaded {
  states: States;
  unusable: ReadonlyMap<string, string>;
}

/** Loads the revisions of some digests. It may end the reconcile, while one is being compiled. */
export async function loadAll(
  { context, wanted, revision, compiling }: Deciding,
  revisions: readonly StoredRevision[],
): Promise<Phase<Loaded>> {
  const states = new Map([[revision.digest, wanted.desired]]);
  const unusable = new Map<string, string>();
  for (const one of revisions) {
    if (states.has(one.digest) || unusable.has(one.digest)) continue;
    const loaded = await loadRevision(context, one, compiling);
    if (!loaded.ok) return loaded;
    if ('state' in loaded.value) states.set(one.digest, loaded.value.state);
    else unusable.set(one.digest, loaded.value.why);
  }
  return proceed({ states, unusable });
}

/** What is desired of what is decided, and the stages of which nobody knows what is in force, each with the reason. */
export interface ComposedDecision {
  compilation: Compilation;
  held: ReadonlyMap<string | undefined, string>;
}

/** Puts together what is desired of all that is in force by now. */
export async function composeDecided(
  deciding: Deciding,
  decided: readonly Decided[],
): Promise<Phase<ComposedDecision>> {
  const loaded = await loadAll(
    deciding,
    decided.flatMap(({ decision }) => decision.inForce ?? []),
  );
  if (!loaded.ok) return loaded;
  const { states, unusable } = loaded.value;
  const held = findHeld(deciding, decided, unusable);
  const parts = decided.map(({ place, decision }) => ({ ...place, inForce: decision.inForce }));
  return proceed({ compilation: composeParts(deciding, parts, states), held });
}

function findHeld(
  { context }: Deciding,
  decided: readonly Decided[],
  unusable: Loaded['unusable'],
): Map<string | undefined, string> {
  const environmentOf = environmentsOf(context);
  const held = new Map<string | undefined, string>();
  for (const { place, decision } of decided) {
    const { inForce } = decision;
    const why = inForce === undefined ? undefined : unusable.get(inForce.digest);
    if (why !== undefined) held.set(place.environment, why);
    else if (inForce === undefined && trackedIn(context.progress.tracked, place, environmentOf).length > 0)
      held.set(place.environment, 'the status does not say which revision is in force');
  }
  return held;
}

/** What is desired when each part has the revision that is in force there: the same as long as nothing changes. */
export function composeParts(
  { context, wanted, revision }: Deciding,
  parts: readonly Part[],
  states: States,
): Compilation {
  const usable = parts.filter(({ inForce }) => inForce !== undefined && states.has(inForce.digest));
  const all = usable.length === parts.length;
  if (all && usable.every(({ inForce }) => inForce?.digest === revision.digest)) return wanted;
  const { memory } = context;
  const of = [
    wanted,
    ...usable.flatMap((part) => [part.environment, part.after, states.get(part.inForce?.digest ?? '')]),
  ];
  const known = memory.revisions.composed.find((one) => isSameList(one.of, of));
  if (known !== undefined) return known.compilation;
  const desired = composeDesired(usable, states, wanted.desired);
  const digested = desired.objects.map((object) => ({ object, digest: memory.compiled.digest(object) }));
  const compilation = completeCompilation(digested, desired.environments, wanted.digests);
  // What was decided before, and what is decided now.
  memory.revisions.composed = [{ of, compilation }, ...memory.revisions.composed].slice(0, 2);
  return compilation;
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}
