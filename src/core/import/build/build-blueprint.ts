import { API_VERSION, KIND } from '../../../api/names.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { SOURCE_BLOCKS, type SourceBlock } from '../../../api/schema/spec.ts';
import { emptyObject } from '../../values/json.ts';
import type { Steps } from '../../values/path.ts';
import { type LayerValues, type Title, type Writing, offeredTo, writeComponent } from './components.ts';
import { differ } from './difference.ts';
import { type Entry, type NotificationList, componentBlockOf } from './entry.ts';
import { type LayerGroup, type Layering, groupLayers } from './group-layers.ts';
import { metadataOf } from './metadata.ts';
import { Names } from './names.ts';
import { inheritedBySource, shareInLayer, shareNothing, shareValues } from './shared-values.ts';
import { onlyFit, pathOf, planSources } from './sources.ts';

/** How a blueprint is to be written. */
export interface Plan {
  name: string;
  namespace: string;
  /** The account as which everything is written and deployed; undefined where objects say it themselves. */
  account: string | undefined;
  layering: Layering;
  /** By how many folders components are grouped, where they are. */
  folderDepth: number;
  /** How many characters it must save to say once what many objects have alike; infinite where nothing is shared. */
  worthwhile: number;
  /** How many components must use a source that exists already, so that it stands in `spec.sources`. */
  existingFrom: number;
  /** The keys of entries that say everything in Flux's own form. */
  plain: ReadonlySet<string>;
  /** The entries from which is found what many have alike. Default: all. */
  sharedFrom?: readonly Entry[];
}

/** A blueprint, and where in it each entry stands. */
export interface Built {
  blueprint: JsonObject;
  places: ReadonlyMap<Entry, Steps>;
}

/** Writes entries as one blueprint. */
export function buildBlueprint(entries: readonly Entry[], plan: Plan): Built {
  const writing = prepare(entries, plan);
  const places = new Map<Entry, Steps>();
  const spec = emptyObject();
  if (plan.account !== undefined) spec['serviceAccountName'] = plan.account;
  spec['adoption'] = 'Adopt';
  writeShared(spec, writing);
  writeSecrets(spec, entries, writing, places);
  writeSources(spec, writing, places);
  writeLayers(spec, writing, places);
  writeNotifications(spec, entries, writing, places);
  const metadata = emptyObject();
  Object.assign(metadata, { name: plan.name, namespace: plan.namespace });
  const blueprint = emptyObject();
  Object.assign(blueprint, { apiVersion: API_VERSION, kind: KIND, metadata, spec });
  return { blueprint, places };
}

function prepare(entries: readonly Entry[], plan: Plan): Writing {
  const { layering, worthwhile, existingFrom, plain, namespace, account } = plan;
  const shared =
    worthwhile === Infinity
      ? shareNothing(account)
      : shareValues(plan.sharedFrom ?? entries, worthwhile, account);
  const bases = Object.fromEntries(SOURCE_BLOCKS.map((block) => [block, inheritedBySource(block, shared)]));
  const layers = groupLayers(
    entries.filter(({ home }) => home.at === 'layers'),
    layering,
    plan.folderDepth,
  );
  const titles = new Map<string, Title>(
    layers.flatMap((layer) => layer.members.map(({ entry, name }) => [entry.key, { layer, name }] as const)),
  );
  const sources = planSources(entries, {
    bases: bases as Record<SourceBlock, JsonObject>,
    plain,
    existingFrom,
  });
  return { namespace, shared, sources, layers, titles, plain, worthwhile };
}

function writeShared(spec: JsonObject, { shared }: Writing): void {
  const { labels, annotations } = shared.commonMetadata;
  const common = emptyObject();
  if (Object.keys(labels).length > 0) common['labels'] = labels;
  if (Object.keys(annotations).length > 0) common['annotations'] = annotations;
  if (Object.keys(shared.defaults).length > 0) spec['defaults'] = shared.defaults;
  if (Object.keys(common).length > 0) spec['commonMetadata'] = common;
  if (Object.keys(shared.variables).length > 0) spec['variables'] = shared.variables;
}

function writeSecrets(
  spec: JsonObject,
  entries: readonly Entry[],
  writing: Writing,
  places: Map<Entry, Steps>,
): void {
  const secrets = emptyObject();
  if (writing.shared.sops !== undefined) secrets['sops'] = writing.shared.sops;
  const external = entries.filter(({ home }) => home.at === 'secrets');
  if (external.length > 0)
    secrets['externalSecrets'] = writeItems(external, writing, 'secrets.externalSecrets', places);
  if (Object.keys(secrets).length > 0) spec['secrets'] = secrets;
}

/**
 * Writes items whose fields are those of the spec, which begin with what identifies them. Where objects of several
 * namespaces have one name, none of the items has it: an alert that names one would mean the other.
 */
function writeItems(
  entries: readonly Entry[],
  writing: Writing,
  at: string,
  places: Map<Entry, Steps>,
): JsonObject[] {
  const names = new Names();
  const counts = new Map<string, number>();
  for (const { name } of entries) counts.set(name, (counts.get(name) ?? 0) + 1);
  return entries.map((entry, i) => {
    const wanted = (counts.get(entry.name) ?? 0) > 1 ? [] : [entry.name];
    const name = names.take(...wanted, `${entry.name}-${entry.namespace}`);
    places.set(entry, ['spec', ...at.split('.'), i]);
    return Object.assign(writeIdentity(entry, name, writing), entry.spec);
  });
}

function writeIdentity(entry: Entry, name: string, { namespace, shared }: Writing): JsonObject {
  const item = emptyObject();
  item['name'] = name;
  if (name !== entry.name) item['objectName'] = entry.name;
  if (entry.namespace !== namespace) item['namespace'] = entry.namespace;
  const metadata = metadataOf(entry, shared);
  if (metadata !== undefined) item['metadata'] = metadata;
  return item;
}

function writeSources(spec: JsonObject, writing: Writing, places: Map<Entry, Steps>): void {
  const { listed, existing } = writing.sources;
  if (listed.length + existing.length === 0) return;
  const generated = listed.map(({ name, entry }, i) => {
    places.set(entry, ['spec', 'sources', i]);
    return writeSource(name, entry, writing);
  });
  const others = existing.map(({ name, ref }) => {
    const sourceRef = emptyObject();
    Object.assign(sourceRef, { kind: ref.kind, name: ref.name });
    if (ref.namespace !== writing.namespace) sourceRef['namespace'] = ref.namespace;
    const item = emptyObject();
    return Object.assign(item, { name, sourceRef });
  });
  spec['sources'] = [...generated, ...others];
}

function writeSource(name: string, entry: Entry, writing: Writing): JsonObject {
  const item = writeIdentity(entry, name, writing);
  if (entry.home.at !== 'sources') return item;
  const { own, unset } = differ(inheritedBySource(entry.home.block, writing.shared), entry.spec);
  if (writing.sources.lacking.has(entry.key)) unset.push('layerSelector');
  if (unset.length > 0) item['unset'] = unset;
  item[entry.home.block] = own;
  return item;
}

function writeLayers(spec: JsonObject, writing: Writing, places: Map<Entry, Steps>): void {
  if (writing.layers.length === 0) return;
  spec['layers'] = writing.layers.map((layer, i) => {
    const values = valuesOf(layer, writing);
    const items = layer.members.map((member, k) => {
      const place = ['spec', 'layers', i, ...(layer.single ? [] : ['components', k])];
      places.set(member.entry, place);
      const source = writing.sources.inPlace.get(member.entry.key);
      if (source?.home.at === 'sources') places.set(source, [...place, source.home.block]);
      return writeComponent(member, values, writing);
    });
    const [only] = items;
    return layer.single && only !== undefined ? only : writeLayer(values, items, writing);
  });
}

function writeLayer(values: LayerValues, items: JsonObject[], writing: Writing): JsonObject {
  const { layer } = values;
  const item = emptyObject();
  item['name'] = layer.name;
  if (values.namespace !== writing.namespace) item['namespace'] = values.namespace;
  if (values.source !== undefined) item['source'] = values.source;
  if (values.path !== `./${layer.name}`) item['path'] = values.path;
  if (Object.keys(values.defaults).length > 0) item['defaults'] = values.defaults;
  item['components'] = items;
  return item;
}

/** What the components of a layer have in common: the namespace of most, a path that most follow, a source of all. */
function valuesOf(layer: LayerGroup, writing: Writing): LayerValues {
  const entries = layer.members.map(({ entry }) => entry);
  if (layer.single) return { layer, namespace: writing.namespace, path: '', source: undefined, defaults: {} };
  const share = entries.length > 2 && writing.worthwhile !== Infinity;
  return {
    layer,
    namespace:
      mostOf(entries.map(({ namespace }) => namespace).filter((name) => name !== '')) ?? writing.namespace,
    path: findPath(layer),
    source: findSource(entries, writing),
    defaults: share ? shareInLayer(entries, writing.shared, writing.worthwhile) : {},
  };
}

/** The path of a layer from which the most paths of its components follow. */
function findPath({ name, members }: LayerGroup): string {
  const paths = members.flatMap((member) => {
    const path = pathOf(member.entry);
    return path?.endsWith(`/${member.name}`) === true ? [path.slice(0, -member.name.length - 1)] : [];
  });
  const most = mostOf(paths);
  return most === undefined || most === '' || paths.filter((path) => path === most).length < 2
    ? `./${name}`
    : most;
}

/** The source that all components name that name one; undefined where they need not, or differ. */
function findSource(entries: readonly Entry[], writing: Writing): string | undefined {
  const users = entries.filter((entry) => componentBlockOf(entry) !== undefined);
  const named = users.filter(
    (entry) => offeredTo(entry, writing) !== undefined && !writing.sources.inPlace.has(entry.key),
  );
  const [first, ...others] = named.map((entry) => offeredTo(entry, writing));
  if (first === undefined || others.length === 0 || others.some((name) => name !== first)) return undefined;
  return named.every((entry) => onlyFit(entry, writing.sources) === first) ? undefined : first;
}

/** The most frequent of some texts, the first of several; undefined where there are none. */
function mostOf(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].reduce<[string, number] | undefined>(
    (best, next) => (best === undefined || next[1] > best[1] ? next : best),
    undefined,
  )?.[0];
}

function writeNotifications(
  spec: JsonObject,
  entries: readonly Entry[],
  writing: Writing,
  places: Map<Entry, Steps>,
): void {
  const notifications = emptyObject();
  for (const list of ['providers', 'alerts', 'receivers'] satisfies NotificationList[]) {
    const members = entries.filter(({ home }) => home.at === 'notifications' && home.list === list);
    if (members.length > 0)
      notifications[list] = writeItems(members, writing, `notifications.${list}`, places);
  }
  if (Object.keys(notifications).length > 0) spec['notifications'] = notifications;
}
