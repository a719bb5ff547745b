import type { Json } from '../../api/object.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { emptyObject, equalJson, isObject, own } from '../values/json.ts';
import { type Steps, compare, joinPath } from '../values/path.ts';

/** Fields that hold a reference to another object, which needs no namespace where that is the object's own. */
const REFERENCES: ReadonlySet<string> = new Set(['sourceRef', 'chartRef']);

/** Fields that are data of charts or of manifests, in which nothing is a reference of Flux. */
const DATA: ReadonlySet<string> = new Set(['values', 'patches', 'postRenderers', 'commonMetadata']);

/** The most differences that are named for one object. */
const MAX_DIFFERENCES = 20;

/**
 * A spec in the form in which two that mean the same are equal: references name no namespace that is the object's own,
 * and dependencies are sorted, because Flux gives their order no meaning.
 */
export function normalizeSpec(spec: JsonObject, namespace: string): JsonObject {
  const normal = emptyObject();
  for (const [key, value] of Object.entries(spec)) {
    if (value === undefined) continue;
    if (DATA.has(key)) normal[key] = value;
    else if (key === 'dependsOn' && Array.isArray(value)) normal[key] = sortDependencies(value, namespace);
    else normal[key] = normalizeField(key, value, namespace);
  }
  return normal;
}

function normalizeField(key: string, value: Json, namespace: string): Json {
  if (!isObject(value)) return value;
  const normal = emptyObject();
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined || (REFERENCES.has(key) && name === 'namespace' && field === namespace)) continue;
    normal[name] = DATA.has(name) ? field : normalizeField(name, field, namespace);
  }
  return normal;
}

function sortDependencies(list: readonly Json[], namespace: string): Json[] {
  const entries = list.map((entry) => {
    if (!isObject(entry) || own(entry, 'namespace') !== namespace) return entry;
    return Object.fromEntries(Object.entries(entry).filter(([field]) => field !== 'namespace'));
  });
  // An object that is named twice is waited for once.
  const byText = new Map(entries.map((entry) => [textOf(entry), entry]));
  return [...byText].sort(([a], [b]) => compare(a, b)).map(([, entry]) => entry);
}

function textOf(entry: Json): string {
  if (!isObject(entry)) return JSON.stringify(entry);
  return JSON.stringify(Object.entries(entry).sort(([a], [b]) => compare(a, b)));
}

/** The paths at which two values differ, below `steps`. */
export function findDifferences(a: Json | undefined, b: Json | undefined, steps: Steps): string[] {
  const found: string[] = [];
  collect(a, b, steps, found);
  return found;
}

function collect(a: Json | undefined, b: Json | undefined, steps: Steps, found: string[]): void {
  if (found.length >= MAX_DIFFERENCES || equalJson(a, b)) return;
  if (isObject(a) && isObject(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
      collect(own(a, key), own(b, key), [...steps, key], found);
  } else if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
    a.forEach((item, i) => {
      collect(item, b[i], [...steps, i], found);
    });
  } else found.push(joinPath('', steps));
}
