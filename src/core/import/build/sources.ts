import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import type { SourceBlock } from '../../../api/schema/spec.ts';
import { COMPONENT_KINDS, SOURCE_KINDS } from '../../kinds/index.ts';
import { equalJson, own, textAt } from '../../values/json.ts';
import { differ } from './difference.ts';
import { type Entry, componentBlockOf, entryKey } from './entry.ts';
import { Names } from './names.ts';

/** How components name their sources. */
export interface SourcePlan {
  /** The sources that stand in place, by the key of the component beside which each stands. */
  inPlace: ReadonlyMap<string, Entry>;
  /** The other sources of the blueprint, each with its name in `spec.sources`. */
  listed: readonly { name: string; entry: Entry }[];
  /** Sources that exist already and that several components use. */
  existing: readonly { name: string; ref: SourceRef }[];
  /** The keys of sources for which the compiler would select the layer with the chart, though they select none. */
  lacking: ReadonlySet<string>;
  /** What `spec.sources` offers, by the key of the source. */
  offered: ReadonlyMap<string, { name: string; kind: string }>;
}

/** Names a source. */
export interface SourceRef {
  kind: string;
  namespace: string;
  name: string;
}

/** What planning sources needs to know. */
export interface SourcePlanning {
  /** How many components must use a source that exists already, so that it stands in `spec.sources`. */
  existingFrom: number;
  /** What a source inherits, by its block. */
  bases: Readonly<Record<SourceBlock, JsonObject>>;
  /** The keys of entries that are to be written in Flux's own form. */
  plain: ReadonlySet<string>;
}

const SOURCE_GROUP = 'source.toolkit.fluxcd.io';

/** The source that a component names in Flux's own form, and the steps to it; undefined where it names none. */
export function sourceOf(
  entry: Entry,
): { at: readonly string[]; ref: SourceRef; plain: boolean } | undefined {
  const block = componentBlockOf(entry);
  const native = block === undefined ? undefined : COMPONENT_KINDS[block].source?.nativeReference(entry.spec);
  if (native === undefined) return undefined;
  const { kind, name, namespace, ...more } = native.ref;
  if (typeof kind !== 'string' || typeof name !== 'string') return undefined;
  const ref = { kind, name, namespace: typeof namespace === 'string' ? namespace : entry.namespace };
  return { at: native.at, ref, plain: Object.keys(more).length === 0 };
}

/** The key of the source with this name. */
export function sourceKey({ kind, namespace, name }: SourceRef): string {
  return entryKey(SOURCE_GROUP, kind, namespace, name);
}

/** Decides which sources stand in place, and which in `spec.sources`. */
export function planSources(entries: readonly Entry[], planning: SourcePlanning): SourcePlan {
  const users = findUsers(entries);
  const sources = entries.filter(({ home }) => home.at === 'sources');
  const inPlace = new Map<string, Entry>();
  const names = new Names();
  const listed: { name: string; entry: Entry }[] = [];
  for (const source of sources) {
    const user = findPlace(source, users.get(source.key) ?? [], planning);
    if (user !== undefined && !inPlace.has(user.key)) inPlace.set(user.key, source);
    else listed.push({ entry: source, name: names.take(source.name, `${source.name}-${source.namespace}`) });
  }
  const existing = findExisting(entries, users, planning).map((ref) => ({
    ref,
    name: names.take(ref.name, `${ref.name}-${ref.namespace}`, `${ref.name}-${ref.kind}`),
  }));
  const offered = new Map([
    ...listed.map(({ name, entry }) => [entry.key, { name, kind: entry.kind }] as const),
    ...existing.map(({ name, ref }) => [sourceKey(ref), { name, kind: ref.kind }] as const),
  ]);
  const lacking = sources
    .filter((source) => lacksLayer(source, users.get(source.key) ?? []))
    .map(({ key }) => key);
  return { inPlace, listed, existing, lacking: new Set(lacking), offered };
}

function findUsers(entries: readonly Entry[]): Map<string, Entry[]> {
  const users = new Map<string, Entry[]>();
  for (const entry of entries) {
    const source = sourceOf(entry);
    if (source === undefined) continue;
    const key = sourceKey(source.ref);
    const known = users.get(key);
    if (known === undefined) users.set(key, [entry]);
    else known.push(entry);
  }
  return users;
}

/** The component beside which a source can stand: its only user, of its name and metadata. */
function findPlace(source: Entry, users: readonly Entry[], planning: SourcePlanning): Entry | undefined {
  const [user, ...more] = users;
  if (user === undefined || more.length > 0 || lacksLayer(source, users)) return undefined;
  if (planning.plain.has(user.key) || planning.plain.has(source.key)) return undefined;
  if (!canStandTogether(user, source) || source.home.at !== 'sources') return undefined;
  // What it inherits and does without could not be said beside a component.
  return differ(planning.bases[source.home.block], source.spec).unset.length === 0 ? user : undefined;
}

/** Whether a source differs from its user in its kind and spec only. */
function canStandTogether(user: Entry, source: Entry): boolean {
  return (
    user.name === source.name &&
    user.namespace === source.namespace &&
    equalJson(user.labels, source.labels) &&
    equalJson(user.annotations, source.annotations) &&
    sourceOf(user)?.plain === true
  );
}

/** Whether the compiler would select the layer with the chart, which the source does not do. */
function lacksLayer(source: Entry, users: readonly Entry[]): boolean {
  return (
    source.kind === SOURCE_KINDS.oci.kind &&
    own(source.spec, 'layerSelector') === undefined &&
    users.some((user) => componentBlockOf(user) === 'helmRelease')
  );
}

/** The sources that several components name and that are not imported. */
function findExisting(
  entries: readonly Entry[],
  users: ReadonlyMap<string, readonly Entry[]>,
  { plain, existingFrom }: SourcePlanning,
): SourceRef[] {
  const known = new Set(entries.map(({ key }) => key));
  return [...users].flatMap(([key, all]) => {
    const named = all.filter((user) => !plain.has(user.key) && sourceOf(user)?.plain === true);
    const [first] = named;
    const ref = first === undefined ? undefined : sourceOf(first)?.ref;
    return known.has(key) || ref === undefined || named.length < existingFrom ? [] : [ref];
  });
}

/** The name of the only source that fits a component, which then need not name it. */
export function onlyFit(entry: Entry, { offered }: SourcePlan): string | undefined {
  const block = componentBlockOf(entry);
  const accepted = block === undefined ? [] : (COMPONENT_KINDS[block].source?.accepts(entry.spec) ?? []);
  const fitting = [...offered.values()].filter(({ kind }) => accepted.includes(kind));
  return fitting.length === 1 ? fitting[0]?.name : undefined;
}

/** The path that a Kustomization reads; undefined where it names none. */
export function pathOf({ spec }: Entry): string | undefined {
  return textAt(spec, ['path']);
}
