import { Label, MANAGED_BY } from '../api/names.ts';
import { type KubeObject, objectId } from '../api/object.ts';
import type { Blueprint } from '../api/schema/blueprint.ts';
import { checkSchema } from './check-schema.ts';
import type { CompileContext } from './context.ts';
import type { DesiredObject } from './desired.ts';
import { FLUX_SCHEMAS } from './flux-schemas.generated.ts';
import { type Item, itemKey } from './item.ts';
import { sortKeys } from './json.ts';
import { originOf } from './merge.ts';
import { type Problems, compare } from './problem.ts';

/** An item that is complete, with its place in the order. */
export interface Placed {
  item: Item;
  wave: number;
  dependsOn: readonly Item[];
  /** Those of `dependsOn` that Flux cannot wait for. */
  heldBy: readonly Item[];
}

/** Refuses what the cluster or Flux would refuse: kinds not served, fields that Flux does not know, name clashes. */
export function checkItems(
  items: readonly Item[],
  blueprint: Blueprint,
  context: CompileContext,
  problems: Problems,
): void {
  const byKey = new Map<string, Item>();
  for (const item of items) {
    checkFluxSchema(item, problems);
    checkServed(item, context, problems);
    checkNamespace(item, blueprint, problems);
    const other = byKey.get(itemKey(item));
    if (other === undefined) byKey.set(itemKey(item), item);
    // Two of one title are two of one name in one list, which is refused as such.
    else if (other.title !== item.title) {
      const object = `${item.kind.kind} ${item.namespace}/${item.name}`;
      problems.add(
        'same-object',
        item.path,
        `${item.title} and ${other.title} (${other.path}) are both ${object}: give one of them an \`objectName\``,
      );
    }
  }
}

/** What the compiler fills in; where it cannot, it has said why in the blueprint's own terms. */
const FILLED_IN: ReadonlySet<unknown> = new Set(['sourceRef', 'eventSources']);

function checkFluxSchema(item: Item, problems: Problems): void {
  const schema = FLUX_SCHEMAS[`${item.kind.group}/${item.kind.kind}`];
  if (schema === undefined) return;
  checkSchema(schema.spec, item.spec, (rule, steps, message) => {
    if (rule === 'missing-field' && FILLED_IN.has(steps.at(-1))) return;
    problems.add(rule, originOf(item.overlays, steps, item.specPath), message);
  });
}

function checkServed(item: Item, context: CompileContext, problems: Problems): void {
  const { group, kind } = item.kind;
  if (context.served.has(`${group}/${kind}`)) return;
  problems.add(
    'kind-not-served',
    item.specPath,
    `this cluster does not serve ${kind} (${group}): install Flux, or its controller for that group`,
  );
}

/** Without an account the operator would write with rights of its own, so it does not leave the blueprint's namespace. */
function checkNamespace(item: Item, blueprint: Blueprint, problems: Problems): void {
  if (blueprint.spec.serviceAccountName !== undefined || item.namespace === blueprint.metadata.namespace)
    return;
  problems.add(
    'no-rights',
    item.namespacePath,
    `${item.title} would be written to namespace ${item.namespace}: a blueprint without \`serviceAccountName\` can write to its own namespace only`,
  );
}

/** The objects, sorted into the order of application: by wave, then by kind, namespace and name. */
export function assembleObjects(
  placed: readonly Placed[],
  blueprint: Blueprint,
  context: CompileContext,
): DesiredObject[] {
  return placed
    .map((place) => assembleObject(place, blueprint, context))
    .sort((a, b) => a.wave - b.wave || compare(a.ref.kind, b.ref.kind) || compare(a.id, b.id));
}

function assembleObject(place: Placed, blueprint: Blueprint, context: CompileContext): DesiredObject {
  const { item } = place;
  const ref = refOfItem(item, context);
  return {
    id: objectId(ref),
    ref,
    manifest: sortKeys({
      apiVersion: ref.apiVersion,
      kind: ref.kind,
      metadata: { name: ref.name, namespace: ref.namespace, labels: labelsOf(item, blueprint) },
      spec: item.spec,
    }) as unknown as KubeObject,
    wave: place.wave,
    title: item.title,
    layer: item.layer,
    path: item.path,
    dependsOn: idsOf(place.dependsOn, context),
    heldBy: idsOf(place.heldBy, context),
    originOf: (steps) => originOf(item.overlays, steps, item.specPath),
  };
}

function idsOf(items: readonly Item[], context: CompileContext): string[] {
  return items.map((item) => objectId(refOfItem(item, context))).sort(compare);
}

function refOfItem(
  item: Item,
  context: CompileContext,
): { apiVersion: string; kind: string; namespace: string; name: string } {
  const { group, kind } = item.kind;
  const version = context.served.get(`${group}/${kind}`) ?? '';
  return { apiVersion: `${group}/${version}`, kind, namespace: item.namespace, name: item.name };
}

function labelsOf(item: Item, blueprint: Blueprint): Record<string, string> {
  return {
    [Label.ManagedBy]: MANAGED_BY,
    [Label.Name]: blueprint.metadata.name,
    [Label.Namespace]: blueprint.metadata.namespace ?? '',
    ...(item.layer === undefined ? {} : { [Label.Layer]: item.layer }),
  };
}
