import type { Json } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { clone, emptyObject, isObject, own } from '../../values/json.ts';
import { differ } from './difference.ts';
import { type Entry, componentBlockOf } from './entry.ts';
import { type LayerGroup, type Member, dependenciesOf } from './group-layers.ts';
import { metadataOf } from './metadata.ts';
import { type SharedValues, inheritedBy, inheritedBySource } from './shared-values.ts';
import { type SourcePlan, onlyFit, pathOf, sourceKey, sourceOf } from './sources.ts';

/** What the components of a blueprint are written with. */
export interface Writing {
  /** The namespace of the blueprint. */
  namespace: string;
  shared: SharedValues;
  sources: SourcePlan;
  layers: readonly LayerGroup[];
  /** What names a component in `dependsOn` of others, by its key. */
  titles: ReadonlyMap<string, Title>;
  /** The keys of entries that say everything in Flux's own form. */
  plain: ReadonlySet<string>;
  /** How many characters a value that is said once must save. */
  worthwhile: number;
}

/** How a component is named in `dependsOn`. */
export interface Title {
  layer: LayerGroup;
  name: string;
}

/** What all components of a layer have in common. */
export interface LayerValues {
  layer: LayerGroup;
  namespace: string;
  /** The path from which the paths of the components follow. */
  path: string;
  /** The source of the components that name none. */
  source: string | undefined;
  defaults: Readonly<Record<string, JsonObject>>;
}

/** The item of a component in its layer. */
export function writeComponent({ entry, name }: Member, layer: LayerValues, writing: Writing): JsonObject {
  const item = emptyObject();
  item['name'] = name;
  if (name !== entry.name) item['objectName'] = entry.name;
  if (entry.namespace !== '' && entry.namespace !== layer.namespace) item['namespace'] = entry.namespace;
  const metadata = metadataOf(entry, writing.shared);
  if (metadata !== undefined) item['metadata'] = metadata;
  const block = componentBlockOf(entry);
  if (block === undefined) item['object'] = objectOf(entry);
  else writeBlock(item, { entry, name }, layer, writing);
  return item;
}

function objectOf({ source, spec }: Entry): JsonObject {
  const object = emptyObject();
  object['apiVersion'] = source.apiVersion;
  object['kind'] = source.kind;
  if (Object.keys(spec).length > 0) object['spec'] = spec;
  return object;
}

function writeBlock(item: JsonObject, member: Member, layer: LayerValues, writing: Writing): void {
  const { entry } = member;
  const block = componentBlockOf(entry);
  if (block === undefined) return;
  const spec = clone(entry.spec);
  const needs = writing.plain.has(entry.key) ? undefined : namesOfNeeds(entry, layer.layer, writing);
  if (needs !== undefined && needs.length > 0) {
    Reflect.deleteProperty(spec, 'dependsOn');
    item['dependsOn'] = needs;
  }
  const inPlace = writeSource(item, spec, member, layer, writing);
  const inherited = inheritedBy(block, writing.shared, layer.defaults);
  forgetWait(inherited, spec, layer, writing);
  const { own: fields, unset } = differ(inherited, spec);
  if (unset.length > 0) item['unset'] = unset;
  if (inPlace !== undefined) writeInPlace(item, inPlace, writing);
  item[block] = fields;
}

/** The compiler itself does not wait where there are health checks, unless somebody asks for it. */
function forgetWait(inherited: JsonObject, spec: JsonObject, layer: LayerValues, { shared }: Writing): void {
  if (own(spec, 'healthChecks') === undefined) return;
  const asked = [shared.defaults['kustomization'], layer.defaults['kustomization']].some(
    (defaults) => defaults !== undefined && own(defaults, 'wait') !== undefined,
  );
  if (!asked) Reflect.deleteProperty(inherited, 'wait');
}

/** Writes how a component names its source, and its path. Answers the source that stands in place. */
function writeSource(
  item: JsonObject,
  spec: JsonObject,
  { entry, name }: Member,
  layer: LayerValues,
  writing: Writing,
): Entry | undefined {
  const inPlace = writing.sources.inPlace.get(entry.key);
  const offered = offeredTo(entry, writing);
  if (inPlace === undefined && offered === undefined) return undefined;
  removeReference(spec, sourceOf(entry)?.at ?? []);
  Reflect.deleteProperty(spec, 'path');
  const understood = layer.source ?? onlyFit(entry, writing.sources);
  if (inPlace === undefined && offered !== understood) item['source'] = offered;
  writePath(item, pathOf(entry), inPlace === undefined ? conventionalPath(name, layer) : undefined);
  return inPlace;
}

/** The name in `spec.sources` by which a component can say its source; undefined where Flux's own form says it. */
export function offeredTo(entry: Entry, { sources, plain }: Writing): string | undefined {
  const source = sourceOf(entry);
  if (source?.plain !== true || plain.has(entry.key)) return undefined;
  // Without a path the compiler would fill one in.
  if (componentBlockOf(entry) === 'kustomization' && pathOf(entry) === undefined) return undefined;
  return sources.offered.get(sourceKey(source.ref))?.name;
}

/** Writes the path of a component, unless it is the one that follows from its layer. */
function writePath(item: JsonObject, path: string | undefined, conventional: string | undefined): void {
  if (path !== undefined && path !== conventional) item['path'] = path;
}

function conventionalPath(name: string, { layer, path }: LayerValues): string {
  return layer.single ? `./${name}` : `${path}/${name}`;
}

function removeReference(spec: JsonObject, at: readonly string[]): void {
  let parent: Json | undefined = spec;
  for (const step of at.slice(0, -1)) parent = isObject(parent) ? own(parent, step) : undefined;
  const last = at.at(-1);
  if (isObject(parent) && last !== undefined) Reflect.deleteProperty(parent, last);
}

function writeInPlace(item: JsonObject, source: Entry, { shared }: Writing): void {
  if (source.home.at !== 'sources') return;
  item[source.home.block] = differ(inheritedBySource(source.home.block, shared), source.spec).own;
}

/** The names of what a component depends on; undefined where only Flux's own form can say it. */
export function namesOfNeeds(entry: Entry, layer: LayerGroup, writing: Writing): string[] | undefined {
  const names: string[] = [];
  const layers = new Set(writing.layers.map(({ name }) => name));
  for (const { key, plain } of dependenciesOf(entry)) {
    const title = writing.titles.get(key);
    if (!plain || title === undefined) return undefined;
    const name = nameOfNeed(title, layer, layers);
    if (!names.includes(name)) names.push(name);
  }
  return names;
}

function nameOfNeed({ layer, name }: Title, from: LayerGroup, layers: ReadonlySet<string>): string {
  if (layer === from && !layer.single && !layers.has(name)) return name;
  if (!layer.single) return `${layer.name}/${name}`;
  const isSibling = !from.single && from.members.some((member) => member.name === layer.name);
  return isSibling ? `${layer.name}/` : layer.name;
}
