import type { Json } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { REPLACED } from '../../kinds/overlay.ts';
import { emptyObject, equalJson, isObject, own } from '../../values/json.ts';
import type { Steps } from '../../values/path.ts';
import { type Built, type Plan, buildBlueprint } from '../build/build-blueprint.ts';
import type { Entry } from '../build/entry.ts';
import type { EnvironmentEntries } from './find-environments.ts';

/**
 * One blueprint for all environments: it says what the first one is, and in which fields the others differ. Undefined
 * where no override can say a difference.
 *
 * @param plan its name and namespace; each environment whose objects are all in another namespace names that
 */
export function buildEnvironments(
  environments: readonly EnvironmentEntries[],
  plan: Pick<Plan, 'name' | 'namespace' | 'account'>,
): Built | undefined {
  const sharedFrom = environments.flatMap(({ members }) => members.map(({ plain }) => plain));
  const built = environments.map(({ members }) =>
    buildBlueprint(
      members.map(({ plain }) => plain),
      {
        ...plan,
        namespace: namespaceOf(members) ?? plan.namespace,
        layering: 'component',
        folderDepth: 1,
        worthwhile: 40,
        existingFrom: 1,
        plain: new Set(),
        sharedFrom,
      },
    ),
  );
  const [base] = built;
  if (base === undefined) return undefined;
  const { blueprint } = base;
  const [spec, specs] = [own(blueprint, 'spec'), built.map((one) => own(one.blueprint, 'spec'))];
  if (!isObject(spec)) return undefined;
  const items = environments.map(({ name, suffix, members }, i) => {
    const namespace = namespaceOf(members);
    const item: JsonObject = suffix === '' ? { name, suffix } : { name };
    if (namespace !== undefined && namespace !== plan.namespace) item['namespace'] = namespace;
    const other = specs[i];
    const override = isObject(other) ? overrideOf(spec, other) : undefined;
    return override === undefined ? undefined : { ...item, ...override };
  });
  if (items.some((item) => item === undefined)) return undefined;
  blueprint['metadata'] = { name: plan.name, namespace: plan.namespace };
  spec['environments'] = items as JsonObject[];
  return { blueprint, places: placesOf(environments, base) };
}

/** The namespace of all objects of an environment; undefined where they are in several. */
function namespaceOf(members: EnvironmentEntries['members']): string | undefined {
  const [first, ...others] = new Set(members.map(({ original }) => original.namespace));
  return others.length === 0 ? first : undefined;
}

/** Where the objects of each environment stand: beside those of the first one that they are alike. */
function placesOf(environments: readonly EnvironmentEntries[], { places }: Built): Map<Entry, Steps> {
  const byName = new Map([...places].map(([{ kind, name }, steps]) => [`${kind}/${name}`, steps]));
  return new Map(
    environments.flatMap(({ members }) =>
      members.flatMap(({ original, plain }) => {
        const steps = byName.get(`${plain.kind}/${plain.name}`);
        return steps === undefined ? [] : [[original, steps] as const];
      }),
    ),
  );
}

/** What an environment says of its layers where they differ from those of the first; the rest has to be equal. */
function overrideOf(base: JsonObject, spec: JsonObject): JsonObject | undefined {
  const { layers: ours, ...rest } = base;
  const { layers: theirs, ...others } = spec;
  if (!equalJson(rest, others) || !Array.isArray(ours) || !Array.isArray(theirs)) return undefined;
  const known = new Map(ours.map((layer) => [nameOf(layer), layer]));
  const layers: JsonObject[] = [];
  for (const layer of theirs) {
    const before = known.get(nameOf(layer));
    const own = isObject(layer) && isObject(before) ? differenceOf(before, layer) : undefined;
    if (own === undefined) return undefined;
    if (Object.keys(own).length > 0) layers.push({ name: nameOf(layer), ...own });
  }
  return layers.length === 0 ? emptyObject() : { layers };
}

function nameOf(layer: Json): string {
  const name = isObject(layer) ? own(layer, 'name') : undefined;
  return typeof name === 'string' ? name : '';
}

/** Lists that an override can empty; any other field that is to go no override can say. */
const EMPTIED: ReadonlySet<string> = new Set(['unset', 'dependsOn']);

/** What merged over `base` gives `wanted`; undefined where nothing does, because something is to go. */
function differenceOf(base: JsonObject, wanted: JsonObject): JsonObject | undefined {
  const result = emptyObject();
  for (const key of Object.keys(base).filter((known) => own(wanted, known) === undefined)) {
    if (!EMPTIED.has(key)) return undefined;
    result[key] = [];
  }
  for (const [key, value] of Object.entries(wanted)) {
    if (value === undefined || equalJson(own(base, key), value)) continue;
    const changed = changeOf(key, own(base, key), value);
    if (changed === undefined) return undefined;
    result[key] = changed;
  }
  return result;
}

function changeOf(key: string, before: Json | undefined, value: Json): Json | undefined {
  if (!isObject(value) || !isObject(before) || REPLACED.has(key)) return value;
  return differenceOf(before, value);
}
