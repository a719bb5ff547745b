/**
 * The compiler: from a blueprint to the objects that it asks for, or to every reason to refuse it. It is pure and
 * synchronous, and the operator and the command line share it. {@link compileItems} reads as the pipeline:
 *
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
import type { DesiredState } from '../objects/desired.ts';
import { type Problem, Problems } from '../validation/problem.ts';
import { assembleObjects } from './assemble.ts';
import { checkBlueprint } from './check/blueprint.ts';
import { checkItems } from './check/items.ts';
import { draftNamespaces } from './draft/namespaces.ts';
import { draftSops } from './draft/sops.ts';
import { draftScopes } from './draft-scope.ts';
import { countComponents, expandScopes, wholeScope } from './environments/scopes.ts';
import { checkCount, checkInventory } from './limits.ts';
import { linkScope } from './link-scope.ts';
import { renameIncludes } from './link/rename-references.ts';
import { selectChartLayers } from './link/select-chart-layers.ts';
import type { CompileContext } from './model/context.ts';
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
  const problems = new Problems();
  if (!checkBlueprint(input, problems)) return { ok: false, problems: problems.list() };
  const placed = compileItems(input, context, problems);
  const environments = (input.spec.environments ?? []).map(({ name, after }) => ({ name, after }));
  if (!problems.none) return { ok: false, problems: problems.list(environments.map(({ name }) => name)) };
  const objects = assembleObjects(placed, input, context);
  if (!checkInventory(objects, problems)) return { ok: false, problems: problems.list() };
  return { ok: true, desired: { objects, environments } };
}

/** Runs the phases. The items mean something only where no problem was found. */
function compileItems(blueprint: Blueprint, context: CompileContext, problems: Problems): Placed[] {
  const { metadata, spec } = blueprint;
  const { name, namespace = '' } = metadata;
  const max = context.maxObjects ?? MAX_OBJECTS;

  // 1. Merge: one scope for each environment.
  const scopes = expandScopes(spec, namespace, max, problems);
  if (!checkCount(countComponents(scopes), max, problems, 'at least ')) return [];

  // 2. Draft: an item for each source and component.
  const whole = wholeScope(spec, namespace);
  const drafted = draftScopes(scopes, whole, problems);
  const sources = drafted.flatMap((draft) => draft.sources);
  const generated = [...sources, ...drafted.flatMap((draft) => draft.components)];
  if (!checkCount(generated.length, max, problems)) return [];

  // 3. Link: references to sources, dependencies, waves.
  const linked = drafted.flatMap(linkScope);
  selectChartLayers(sources, problems);
  renameIncludes(sources, problems);

  // 4. Draft what belongs to the blueprint as a whole. Alerts and receivers refer to the linked items.
  const notifications = draftNotifications(
    { scope: whole, problems },
    {
      generated,
      layers: [...new Set(scopes.flatMap((scope) => (scope.spec.layers ?? []).map((layer) => layer.name)))],
      environments: (spec.environments ?? []).map((environment) => environment.name),
    },
  );
  const sops = draftSops(spec.secrets?.sops, { name, namespace }, context.ageRecipient, problems);
  const namespaces = draftNamespaces(spec.namespaces ?? []);

  // 5. Place: the items in the order of waves.
  const others = [...placeNotifications(notifications), ...(sops === undefined ? [] : [placeAlone(sops)])];
  const placed = placeAfterNamespaces(namespaces, [...linked, ...others]);
  const items = placed.map(({ item }) => item);
  if (context.suspendGenerated === true) suspendGenerated(items);

  // 6. Check: what the cluster or Flux would refuse.
  checkItems(items, blueprint, context, problems);
  checkCount(items.length, max, problems);
  return placed;
}
