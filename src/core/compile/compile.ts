import { API_VERSION, KIND, MAX_OBJECTS } from '../../api/names.ts';
import { Blueprint as BlueprintSchema, type Blueprint } from '../../api/schema/blueprint.ts';
import { DNS_LABEL, DNS_SUBDOMAIN } from '../../api/schema/shapes/shapes.ts';
import type { Source } from '../../api/schema/spec.ts';
import { type Placed, assembleObjects } from './assemble.ts';
import { checkItems } from './check/items.ts';
import { type Schema, checkSchema, isUnsound } from '../validation/check-schema.ts';
import type { Steps } from '../values/path.ts';
import type { CompileContext } from './model/context.ts';
import type { DesiredObject, DesiredState } from '../objects/desired.ts';
import { draftNamespaces } from './draft/namespaces.ts';
import { draftSops } from './draft/sops.ts';
import { type Scope, countComponents, expandScopes, wholeScope } from './environments/scopes.ts';
import { FLUX_SCHEMAS } from '../kinds/flux-schemas.generated.ts';
import { followIncludes } from './link/link-renamed.ts';
import { MAX_INVENTORY_BYTES, countInventoryBytes } from '../objects/inventory.ts';
import { type Item, noteDerived } from './model/item.ts';
import { isDeeperThan, valueAt } from '../values/json.ts';
import { Moves } from './environments/source-map.ts';
import { type Notifications, draftNotifications } from './notifications.ts';
import { itemPath, joinPath } from '../values/path.ts';
import { type Problem, Problems } from '../validation/problem.ts';
import { selectChartLayers } from './link/link-sources.ts';
import { type Drafted, draftScope, linkScope } from './draft-scope.ts';

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
  const environments = (input.spec.environments ?? []).map(({ name, after }) => ({ name, after }));
  if (!problems.none) return { ok: false, problems: problems.list(environments.map(({ name }) => name)) };
  const objects = assembleObjects(placed, input, context);
  if (!checkInventory(objects, problems)) return { ok: false, problems: problems.list() };
  return { ok: true, desired: { objects, environments } };
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
    if (isUnsound(rule, steps)) unsound += 1;
    problems.add(rule, joinPath('', steps), message);
  };
  checkSchema(BlueprintSchema as unknown as Schema, input, report);
  for (const [field, wanted] of Object.entries({ apiVersion: API_VERSION, kind: KIND })) {
    if (valueAt(input, [field]) !== wanted) report('not-allowed', [field], `must be ${wanted}`);
  }
  for (const [field, pattern] of Object.entries({ name: DNS_SUBDOMAIN, namespace: DNS_LABEL })) {
    const value = valueAt(input, ['metadata', field]);
    if (typeof value !== 'string' || value === '')
      report('missing-field', ['metadata', field], 'is required');
    else checkSchema({ type: 'string', pattern }, value, report, ['metadata', field]);
  }
  return unsound === 0;
}

function placeItems(blueprint: Blueprint, context: CompileContext, problems: Problems): Placed[] {
  const { spec } = blueprint;
  const namespace = blueprint.metadata.namespace ?? '';
  const max = context.maxObjects ?? MAX_OBJECTS;
  const scopes = expandScopes(spec, namespace, max, problems);
  if (!checkCount(countComponents(scopes), max, problems, 'at least ')) return [];
  const whole = wholeScope(spec, namespace);
  const drafted = draftScopes(scopes, whole, problems);
  const count = drafted.reduce((sum, { sources, components }) => sum + sources.length + components.length, 0);
  if (!checkCount(count, max, problems)) return [];
  const placed = drafted.flatMap(linkScope);
  const sources = drafted.flatMap((part) => part.sources);
  selectChartLayers(sources, problems);
  followIncludes(sources, problems);
  const notifications = draftNotifications(
    { scope: whole, problems },
    {
      generated: [...sources, ...drafted.flatMap((part) => part.components)],
      layers: [...new Set(scopes.flatMap((scope) => (scope.spec.layers ?? []).map(({ name }) => name)))],
      environments: (spec.environments ?? []).map(({ name }) => name),
    },
  );
  const sops = draftSops(
    spec.secrets?.sops,
    { name: blueprint.metadata.name, namespace },
    context.ageRecipient,
    problems,
  );
  const namespaces = draftNamespaces(spec.namespaces ?? []);
  const all = [
    ...namespaces.map(placeAlone),
    ...shift(
      [...placed, ...placeNotifications(notifications), ...(sops === undefined ? [] : [placeAlone(sops)])],
      namespaces.length,
    ),
  ];
  if (context.suspendGenerated === true) suspendAll(all.map(({ item }) => item));
  checkItems(
    all.map(({ item }) => item),
    blueprint,
    context,
    problems,
  );
  checkCount(all.length, max, problems);
  return all;
}

/** With environments, what none of them overrides is drafted once, from the blueprint itself. */
function draftScopes(scopes: readonly Scope[], whole: Scope, problems: Problems): Drafted[] {
  const [only] = scopes;
  if (only !== undefined && only.environment === undefined) return [draftScope(only, undefined, problems)];
  const own = new Set(scopes.flatMap((scope) => [...scope.ownSources]));
  const sources = (whole.spec.sources ?? []).map((source) => (own.has(source.name) ? undefined : source));
  const shared = draftShared(whole, sources, problems);
  return [shared, ...scopes.map((scope) => draftScope(scope, shared.index, problems))];
}

function draftShared(whole: Scope, sources: readonly (Source | undefined)[], problems: Problems): Drafted {
  const moves = new Moves();
  const kept: Source[] = [];
  sources.forEach((source, i) => {
    if (source === undefined) return;
    moves.note(itemPath('spec.sources', kept.length), itemPath('spec.sources', i));
    kept.push(source);
  });
  const { defaults, commonMetadata, notifications } = whole.spec;
  const scope: Scope = {
    ...whole,
    spec: {
      ...(defaults === undefined ? {} : { defaults }),
      ...(commonMetadata === undefined ? {} : { commonMetadata }),
      ...(notifications === undefined ? {} : { notifications }),
      sources: kept,
    },
    locate: (path) => moves.locate(path),
  };
  return draftScope(scope, undefined, problems);
}

/** Namespaces come before everything else. */
function shift(placed: readonly Placed[], namespaces: number): Placed[] {
  return namespaces === 0 ? [...placed] : placed.map((place) => ({ ...place, wave: place.wave + 1 }));
}

/** Sets Flux's `suspend` on everything that knows it. */
function suspendAll(items: readonly Item[]): void {
  for (const item of items) {
    const schema = FLUX_SCHEMAS[`${item.kind.group}/${item.kind.kind}`];
    if (schema?.spec.properties?.['suspend'] === undefined) continue;
    item.spec['suspend'] = true;
    noteDerived(item, { at: ['suspend'], path: 'spec.suspend' });
  }
}

/** Something that depends on nothing. */
function placeAlone(item: Item): Placed {
  return { item, wave: 0, dependsOn: [], heldBy: [], foreign: [] };
}

function checkCount(count: number, max: number, problems: Problems, about = ''): boolean {
  if (count <= max) return true;
  problems.add(
    'too-many',
    'spec',
    `asks for ${about}${count} objects; one blueprint may generate ${max}: split it into several`,
  );
  return false;
}

/** The inventory is the one part of the status that can be neither left out nor cut. */
function checkInventory(objects: readonly DesiredObject[], problems: Problems): boolean {
  const bytes = countInventoryBytes(objects);
  if (bytes <= MAX_INVENTORY_BYTES) return true;
  problems.add(
    'too-many',
    'spec',
    `asks for ${objects.length} objects whose names take ${kilobytes(bytes)} of the status; ${kilobytes(MAX_INVENTORY_BYTES)} are allowed: split it into several, or give shorter names`,
  );
  return false;
}

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000)} kB`;
}

function placeNotifications({ providers, alerts, receivers }: Notifications): Placed[] {
  return [
    ...[...providers, ...receivers].map(placeAlone),
    ...alerts.map(({ item, provider }) =>
      provider === undefined ? placeAlone(item) : { ...placeAlone(item), wave: 1, dependsOn: [provider] },
    ),
  ];
}
