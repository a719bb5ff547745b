/**
 * The compiler: from a blueprint to the objects that it asks for, or to every reason to refuse it. It is pure and
 * synchronous, and the operator and the command line share it. {@link compileItems} reads as the pipeline:
 *
 *   expense/       what all of it would cost, before anything is merged
 *   environments/  one scope for each environment: the blueprint with the environment's overrides merged over it
 *   draft/         sources, components, secrets and namespaces of a scope as items with merged specs
 *   link/          edges from components to sources and among components, their order in waves
 *   check/         what the cluster or Flux would refuse
 *   model/         the items that the phases hand on to each other
 *
 * Phases collect problems and go on, so that a user sees all of them at once. Begin with {@link compile}.
 */
import { MAX_OBJECTS } from '../../api/names.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { DesiredObject, DesiredState } from '../objects/desired.ts';
import { checkMoves } from '../moves/check-moves.ts';
import { type Problem, Problems } from '../validation/problem.ts';
import { textAt, valueAt } from '../values/json.ts';
import { type Assembled, assembleObjects } from './assemble.ts';
import { showAsWritten } from './check/as-written.ts';
import { checkBlueprint, isTooDeep } from './check/blueprint.ts';
import { checkItems } from './check/items.ts';
import { checkRollouts } from './check/rollouts.ts';
import { draftNamespaces } from './draft/namespaces.ts';
import { draftSops } from './draft/sops.ts';
import { draftScopes } from './draft-scope.ts';
import { countComponents, expandScopes, wholeScope } from './environments/scopes.ts';
import { weighBlueprint } from './expense/weigh-blueprint.ts';
import { checkCount, checkExpense, checkInventory, checkManifests } from './limits.ts';
import { linkScope } from './link-scope.ts';
import { indexPlainNames, renameIncludes } from './link/rename-references.ts';
import { keepMovedReleases } from './link/keep-moved-releases.ts';
import { nameReleases } from './link/name-releases.ts';
import { selectChartLayers } from './link/select-chart-layers.ts';
import { Budget, NotCheap } from './model/budget.ts';
import { type CompileContext, limitsOf } from './model/context.ts';
import type { Item } from './model/item.ts';
import { draftNotifications } from './notifications.ts';
import { type Placed, placeAfterNamespaces, placeAlone, placeNotifications } from './place.ts';
import { suspendGenerated } from './suspend-generated.ts';

/** The result of compiling a blueprint: the objects that it asks for, or everything that is wrong with it. */
export type Compiled = { ok: true; desired: DesiredState } | { ok: false; problems: Problem[] };

/**
 * Compiles a blueprint. The same blueprint and context give the same bytes, whatever the order of its lists and maps.
 * `input` may be any value that was parsed from JSON or YAML; it is never changed.
 */
export function compile(input: unknown, context: CompileContext): Compiled {
  return compileWithin(input, { context, problems: new Problems(), cheap: Infinity });
}

/**
 * {@link compile}, with the items that the objects were made from, for whoever explains where a field comes from. In
 * the order of application.
 */
export function compileWithItems(
  input: unknown,
  context: CompileContext,
): { ok: true; assembled: readonly Assembled[] } | { ok: false; problems: Problem[] } {
  let assembled: readonly Assembled[] = [];
  const compiled = compileWithin(input, {
    context,
    problems: new Problems(),
    cheap: Infinity,
    onAssembled: (made) => (assembled = made),
  });
  return compiled.ok ? { ok: true, assembled } : compiled;
}

/**
 * What is compiled at once by {@link compileIfCheap}. 500 plain Kustomizations are written in 40 to 100 kB, and make
 * 0.4 to 0.7 MB.
 */
const CHEAP = {
  /** The most that is written, as characters of JSON, once and once for each environment. */
  written: 250_000,
  /** The most bytes that all manifests and edges may take, counted before anything is merged. */
  made: 1_000_000,
  /** The most problems that are looked for. */
  problems: 200,
} as const;

/**
 * {@link compile}, where that takes no longer than some hundred plain components; undefined where it may. Which
 * blueprints are cheap depends on nothing but the blueprint.
 *
 * @param isKnown whether an object's very manifest was compiled before, from whatever blueprint: then its spec is not
 *   checked again against the schema of its kind and what Flux refuses. Default: none was
 */
export function compileIfCheap(
  input: unknown,
  context: CompileContext,
  isKnown?: IsKnown,
): Compiled | undefined {
  if (countWritten(input) > CHEAP.written) return undefined;
  const problems = Problems.upTo(CHEAP.problems);
  try {
    const compiled = compileWithin(input, { context, problems, cheap: CHEAP.made, isKnown });
    return problems.ended ? undefined : compiled;
  } catch (error) {
    if (error instanceof NotCheap) return undefined;
    throw error;
  }
}

function countWritten(input: unknown): number {
  // Deeper values could exhaust the stack, and are refused at once.
  if (isTooDeep(input)) return 0;
  const environments = valueAt(input, ['spec', 'environments']);
  const count = Array.isArray(environments) ? environments.length : 0;
  return JSON.stringify(valueAt(input, ['spec']) ?? null).length * (1 + count);
}

/** Whether an object with this manifest was compiled before. */
type IsKnown = (object: DesiredObject) => boolean;

/** What one compilation works with, beside the blueprint. */
interface Compiling {
  context: CompileContext;
  problems: Problems;
  /** What all manifests and edges may take, in bytes, before {@link NotCheap} is thrown. */
  cheap: number;
  isKnown?: IsKnown | undefined;
  /** Hears the objects with their items, before they are checked. */
  onAssembled?: (assembled: readonly Assembled[]) => void;
}

function compileWithin(input: unknown, compiling: Compiling): Compiled {
  const { problems } = compiling;
  const compiled = problems.collect(() => compileChecked(input, compiling));
  if (compiled !== undefined && problems.none) return { ok: true, desired: compiled };
  const listed = problems.list(environmentNames(input));
  return { ok: false, problems: listed.map((problem) => showAsWritten(problem, input)) };
}

/** The names of the environments; none where the input is no blueprint. */
function environmentNames(input: unknown): string[] {
  const environments = valueAt(input, ['spec', 'environments']);
  if (!Array.isArray(environments)) return [];
  return environments.flatMap((environment) => textAt(environment, ['name']) ?? []);
}

/** What a blueprint asks for; undefined, or of no meaning, where there are problems. */
function compileChecked(input: unknown, compiling: Compiling): DesiredState | undefined {
  const { context, problems, cheap } = compiling;
  if (!checkBlueprint(input, problems)) return undefined;
  checkRollouts(input.spec, problems);
  checkMoves(input.spec, problems);
  const limits = limitsOf(context);
  const expense = weighBlueprint(input.spec);
  const most = { bytes: limits.blueprintBytes, objects: context.maxObjects ?? MAX_OBJECTS };
  if (!checkExpense(expense, most, problems)) return undefined;
  const budget = new Budget(limits.blueprintBytes, expense.total, cheap);
  budget.foresee(0);
  const placed = compileItems(input, context, budget, problems);
  if (placed === undefined) return undefined;

  // 6. Assemble, where the items mean something, and check: what the cluster or Flux would refuse.
  const assembled = problems.none ? assembleObjects(placed, input, context) : [];
  compiling.onAssembled?.(assembled);
  checkItems(
    placed.map(({ item }) => item),
    input,
    { ...compiling, known: findKnown(assembled, compiling.isKnown) },
  );
  checkCount(placed.length, most.objects, problems);
  if (!problems.none) return undefined;
  const objects = assembled.map(({ object }) => object);
  if (!checkManifests(objects, expense, limits.manifestBytes, problems)) return undefined;
  if (!checkInventory(objects, problems)) return undefined;
  return { objects, environments: orderOf(input) };
}

function orderOf({ spec }: Blueprint): DesiredState['environments'] {
  return (spec.environments ?? []).map(({ name, after }) => ({ name, after }));
}

/**
 * Runs the phases up to the items. These mean something only where no problem was found; undefined where there are too
 * many to go on.
 */
function compileItems(
  blueprint: Blueprint,
  context: CompileContext,
  budget: Budget,
  problems: Problems,
): Placed[] | undefined {
  const { metadata, spec } = blueprint;
  const { name, namespace = '' } = metadata;
  const max = context.maxObjects ?? MAX_OBJECTS;

  // 1. Merge: one scope for each environment.
  const scopes = expandScopes(spec, namespace, max, problems);
  if (!checkCount(countComponents(scopes), max, problems, 'at least ')) return undefined;

  // 2. Draft: an item for each source and component.
  const whole = wholeScope(spec, namespace);
  const drafted = draftScopes(scopes, whole, problems);
  const sources = drafted.flatMap((draft) => draft.sources);
  const components = drafted.flatMap((draft) => draft.components);
  const generated = [...sources, ...components];
  if (!checkCount(generated.length, max, problems)) return undefined;

  // 3. Link: references to sources, dependencies, waves.
  const linked = drafted.flatMap((draft) => linkScope(draft, budget));
  selectChartLayers(sources, problems);
  renameIncludes(sources, problems);
  keepMovedReleases(components, context.movedReleases);
  nameReleases(components, context.releaseNames, problems);

  // 4. Draft what belongs to the blueprint as a whole. Alerts and receivers refer to the linked items.
  const notifications = draftNotifications(
    { scope: whole, problems },
    {
      generated,
      plainNames: indexPlainNames(generated),
      layers: [...new Set(scopes.flatMap((scope) => (scope.spec.layers ?? []).map((layer) => layer.name)))],
      environments: (spec.environments ?? []).map((environment) => environment.name),
    },
  );
  const sops = draftSops(spec.secrets?.sops, { name, namespace }, context.ageRecipient, problems);
  const namespaces = draftNamespaces(spec.namespaces ?? []);

  // 5. Place: the items in the order of waves.
  const others = [...placeNotifications(notifications), ...(sops === undefined ? [] : [placeAlone(sops)])];
  const placed = placeAfterNamespaces(namespaces, [...linked, ...others]);
  if (context.suspendGenerated === true) suspendGenerated(placed.map(({ item }) => item));
  return placed;
}

/** The items whose manifests were compiled before. */
function findKnown(assembled: readonly Assembled[], isKnown: IsKnown | undefined): ReadonlySet<Item> {
  const known = isKnown === undefined ? [] : assembled.filter(({ object }) => isKnown(object));
  return new Set(known.map(({ item }) => item));
}
