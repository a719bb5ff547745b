import { FIELD_MANAGER, RECONCILE_REQUEST } from '../../../src/api/names.ts';
import { type Json, type KubeObject, displayName, refOf } from '../../../src/api/object.ts';
import { equalJson, valueAt } from '../../../src/core/values/json.ts';
import { splitPath } from '../../../src/core/values/path.ts';
import { type Told, applyChanges } from '../../core/diff/apply-changes.ts';

/** A change of an object, as `diff -o json` and `plan -o json` tell it. */
export interface ToldObject {
  action: 'create' | 'update' | 'delete';
  kind: string;
  namespace?: string;
  name: string;
  fields: Told[];
}

/** What counts of an object: what a blueprint can say of it. */
export function contentOf({ apiVersion, metadata, spec }: KubeObject): Json {
  const { labels, annotations = {} } = metadata;
  const others = Object.fromEntries(
    Object.entries(annotations).filter(([name]) => name !== RECONCILE_REQUEST),
  );
  const kept = {
    ...(labels === undefined ? {} : { labels }),
    ...(Object.keys(others).length === 0 ? {} : { annotations: others }),
  };
  return { apiVersion, metadata: kept, spec: spec as Json };
}

/** Live objects by their names. */
export function byName(objects: readonly KubeObject[]): Map<string, KubeObject> {
  return new Map(objects.map((object) => [displayName(refOf(object)), object]));
}

/**
 * Says where what happened is not what was told: objects and fields, and nothing else. Fields that are removed may have
 * got a default in their place, which is nobody's.
 *
 * @param exact whether what was told knows of defaults, as the API server does
 */
export function findUntold(
  before: ReadonlyMap<string, KubeObject>,
  after: ReadonlyMap<string, KubeObject>,
  told: readonly ToldObject[],
  exact: boolean,
): string[] {
  const changes = new Map(told.map((change) => [displayName(change), change]));
  const names = new Set([...before.keys(), ...after.keys(), ...changes.keys()]);
  return [...names].flatMap((name) => {
    const why = explainUntold(before.get(name), after.get(name), changes.get(name), exact);
    return why === undefined ? [] : [`${name}: ${why}`];
  });
}

function explainUntold(
  before: KubeObject | undefined,
  after: KubeObject | undefined,
  change: ToldObject | undefined,
  exact: boolean,
): string | undefined {
  const happened = nameChange(before, after);
  const action = change?.action ?? 'update';
  if (happened !== action) return `${action} was told, and it was ${happened}`;
  if (after === undefined) return undefined;
  const { fields = [] } = change ?? {};
  if (before === undefined) return findMissing(applyChanges(undefined, fields), contentOf(after));
  return compareContent(before, after, fields, exact);
}

function compareContent(
  before: KubeObject,
  after: KubeObject,
  fields: readonly Told[],
  exact: boolean,
): string | undefined {
  const expected = applyChanges(contentOf(before), fields);
  const actual = exact ? contentOf(after) : withoutDefaults(after, fields);
  return equalJson(expected, actual)
    ? undefined
    : `expected ${JSON.stringify(expected)}, and it is ${JSON.stringify(actual)} after ${JSON.stringify(fields)}`;
}

function nameChange(before: KubeObject | undefined, after: KubeObject | undefined): string {
  if (after === undefined) return before === undefined ? 'nothing' : 'delete';
  return before === undefined ? 'create' : 'update';
}

/** Of a new object what was told is there; beside that there may be defaults. */
function findMissing(expected: Json | undefined, actual: Json): string | undefined {
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected))
    return equalJson(expected, actual)
      ? undefined
      : `${JSON.stringify(expected)} was told, and it is ${JSON.stringify(actual)}`;
  for (const [key, value] of Object.entries(expected)) {
    const why = findMissing(value, valueAt(actual, [key]) ?? null);
    if (why !== undefined) return `${key}: ${why}`;
  }
  return undefined;
}

/** Without what came in place of fields that were removed and is not the operator's. */
function withoutDefaults(after: KubeObject, fields: readonly Told[]): Json {
  const defaulted = fields.filter(
    ({ path, after: present }) => present === undefined && !isOwned(after, splitPath(path)),
  );
  return (
    applyChanges(
      contentOf(after),
      defaulted
        .map(({ path }) => ({ path, before: valueAt(contentOf(after), splitPath(path)) }))
        .filter(({ before }) => before !== undefined),
    ) ?? null
  );
}

function isOwned({ metadata }: KubeObject, steps: readonly (string | number)[]): boolean {
  // A list is owned as a whole.
  const list = steps.findIndex((step) => typeof step === 'number');
  const [first] = steps;
  const isField = first === 'metadata' || first === 'spec';
  const fields = isField ? steps.slice(0, list < 0 ? steps.length : list) : [];
  return (metadata.managedFields ?? []).some(
    ({ manager, fieldsV1 }) =>
      manager === FIELD_MANAGER &&
      valueAt(
        fieldsV1,
        fields.map((step) => `f:${step}`),
      ) !== undefined,
  );
}
