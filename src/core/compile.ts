import type { Json } from '../api/object.ts';
import type { Blueprint } from '../api/schema/blueprint.ts';
import { Blueprint as BlueprintSchema } from '../api/schema/blueprint.ts';
import { API_VERSION, KIND, MAX_OBJECTS } from '../api/names.ts';
import { type Placed, assembleObjects, checkItems } from './assemble.ts';
import { type Schema, type Steps, UNSOUND, checkSchema } from './check-schema.ts';
import type { CompileContext } from './context.ts';
import { isNative, linkComponents } from './depend.ts';
import type { DesiredState } from './desired.ts';
import { type Draft, draftLayer } from './draft.ts';
import type { ComponentItem, Item, SourceItem } from './item.ts';
import { isDeeperThan, valueAt } from './json.ts';
import { type Notifications, draftNotifications } from './notify.ts';
import { itemPath, joinPath } from './path.ts';
import { type Problem, Problems } from './problem.ts';
import { referToSources } from './refer.ts';
import { indexSources } from './sources.ts';

/** What compiling a blueprint gives: the objects that it asks for, or everything that is wrong with it. */
export type Compiled = { ok: true; desired: DesiredState } | { ok: false; problems: Problem[] };

/**
 * Compiles a blueprint. Pure and synchronous; the same blueprint and context give the same bytes, whatever the
 * order of its lists and maps. `input` may be anything that was parsed from JSON or YAML; it is never changed.
 */
export function compile(input: unknown, context: CompileContext): Compiled {
  const problems = new Problems();
  if (!checkBlueprint(input, problems)) return { ok: false, problems: problems.list() };
  const placed = placeItems(input, context, problems);
  if (!problems.none) return { ok: false, problems: problems.list() };
  return { ok: true, desired: { objects: assembleObjects(placed, input, context) } };
}

/** The deepest nesting that is read; people write a tenth of it, and what is deeper could exhaust the stack. */
const MAX_DEPTH = 250;

/** Checks types, bounds and rules. False when the types are so wrong that nothing more can be said. */
function checkBlueprint(input: unknown, problems: Problems): input is Blueprint {
  if (isDeeperThan(input, MAX_DEPTH)) {
    problems.add('too-deep', 'spec', `is nested more than ${MAX_DEPTH} levels deep`);
    return false;
  }
  let unsound = 0;
  const report = (rule: string, steps: Steps, message: string): void => {
    // What the status holds is the operator's, and never a reason to refuse a blueprint.
    if (steps[0] === 'status') return;
    // The schema says nothing of metadata; that is Kubernetes' own.
    if (steps[0] === 'metadata' && rule === 'unknown-field') return;
    if (UNSOUND.has(rule)) unsound += 1;
    problems.add(rule, joinPath('', steps), message);
  };
  checkSchema(BlueprintSchema as unknown as Schema, input, report);
  for (const [field, wanted] of Object.entries({ apiVersion: API_VERSION, kind: KIND })) {
    if (valueAt(input as Json, [field]) !== wanted) report('not-allowed', [field], `must be ${wanted}`);
  }
  for (const field of ['name', 'namespace']) {
    const value = valueAt(input as Json, ['metadata', field]);
    if (typeof value !== 'string' || value === '')
      report('missing-field', ['metadata', field], 'is required');
  }
  return unsound === 0;
}

function placeItems(blueprint: Blueprint, context: CompileContext, problems: Problems): Placed[] {
  const { spec } = blueprint;
  const draft: Draft = { spec, namespace: blueprint.metadata.namespace ?? '', problems };
  const sources = indexSources(draft);
  const components: ComponentItem[] = [];
  const inPlace = new Map<ComponentItem, SourceItem>();
  (spec.layers ?? []).forEach((layer, i) => {
    for (const drafted of draftLayer(draft, layer, itemPath('spec.layers', i))) {
      const component = 'component' in drafted ? drafted.component : drafted;
      components.push(component);
      if ('component' in drafted) inPlace.set(component, drafted.source);
    }
  });
  const allSources = [...sources.items, ...inPlace.values()];
  if (!checkCount(allSources.length + components.length, context, problems)) return [];
  referToSources(components, inPlace, sources, problems);
  const waves = linkComponents(components, problems);
  const layers = (spec.layers ?? []).map((layer) => layer.name);
  const notifications = draftNotifications(draft, [...allSources, ...components], layers);
  const placed = [
    ...allSources.map(placeSource),
    ...components.map((component) => placeComponent(component, waves)),
    ...placeNotifications(notifications),
  ];
  checkItems(
    placed.map(({ item }) => item),
    blueprint,
    context,
    problems,
  );
  checkCount(placed.length, context, problems);
  return placed;
}

function checkCount(count: number, context: CompileContext, problems: Problems): boolean {
  const max = context.maxObjects ?? MAX_OBJECTS;
  if (count <= max) return true;
  problems.add(
    'too-many',
    'spec',
    `asks for ${count} objects; one blueprint may generate ${max}: split it into several`,
  );
  return false;
}

function placeSource(item: SourceItem): Placed {
  return { item, wave: 0, dependsOn: [], heldBy: [] };
}

function placeComponent(item: ComponentItem, waves: ReadonlyMap<ComponentItem, number>): Placed {
  const source = item.source?.item;
  const needed: Item[] = item.edges.map((edge) => edge.to);
  return {
    item,
    wave: waves.get(item) ?? 1,
    dependsOn: source === undefined ? needed : [...needed, source],
    heldBy: item.edges.filter((edge) => !isNative(item, edge.to)).map((edge) => edge.to),
  };
}

function placeNotifications({ providers, alerts }: Notifications): Placed[] {
  return [
    ...providers.map((item) => ({ item, wave: 0, dependsOn: [], heldBy: [] })),
    ...alerts.map(({ item, provider }) => ({
      item,
      wave: provider === undefined ? 0 : 1,
      dependsOn: provider === undefined ? [] : [provider],
      heldBy: [],
    })),
  ];
}
