/**
 * Builds a blueprint from objects: `entry.ts` says what each object becomes, `share.ts` finds what many have in common,
 * `group-layers.ts` makes layers, `sources.ts` and `dependencies.ts` say how objects name each other, and
 * `build-blueprint.ts` writes it all as one value. Nothing here judges the result: `prove.ts` compiles it and compares.
 * Begin with `build-blueprint.ts`.
 */
import { Label } from '../../../api/names.ts';
import { objectKey } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import type { ComponentBlock, SourceBlock } from '../../../api/schema/spec.ts';
import { COMPONENT_KINDS, SOURCE_KINDS } from '../../kinds/index.ts';
import type { SourceObject } from '../read/source-object.ts';

/** The list of `spec.notifications` that a kind belongs to. */
export type NotificationList = 'providers' | 'alerts' | 'receivers';

/** Where in a blueprint an object belongs. */
export type Home =
  | { at: 'sources'; block: SourceBlock }
  | { at: 'layers'; block: ComponentBlock | 'object' }
  | { at: 'notifications'; list: NotificationList }
  | { at: 'secrets' };

/** An object that becomes part of a blueprint. */
export interface Entry {
  source: SourceObject;
  home: Home;
  /** Equal for two entries that are the same object. */
  key: string;
  kind: string;
  /** The namespace; empty for cluster-scoped kinds. */
  namespace: string;
  name: string;
  spec: JsonObject;
  /** Without the labels of the operator. */
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
}

const NOTIFICATION_LISTS: Readonly<Record<string, NotificationList>> = {
  Provider: 'providers',
  Alert: 'alerts',
  Receiver: 'receivers',
};

/** The kinds that belong to no namespace. */
const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  'ClusterExternalSecret',
  'ClusterPushSecret',
  'ClusterSecretStore',
  'ClusterGenerator',
]);

const RESERVED: ReadonlySet<string> = new Set(Object.values(Label));

/** Where objects of a kind belong. */
export function homeOf({ group, kind }: Pick<SourceObject, 'group' | 'kind'>): Home {
  const component = Object.values(COMPONENT_KINDS).find(
    (known) => known.group === group && known.kind === kind,
  );
  if (component !== undefined) return { at: 'layers', block: component.block as ComponentBlock };
  const source = Object.values(SOURCE_KINDS).find((known) => known.group === group && known.kind === kind);
  if (source !== undefined) return { at: 'sources', block: source.block };
  const list = NOTIFICATION_LISTS[kind];
  if (group === 'notification.toolkit.fluxcd.io' && list !== undefined) return { at: 'notifications', list };
  if (group === 'external-secrets.io' && kind === 'ExternalSecret') return { at: 'secrets' };
  return { at: 'layers', block: 'object' };
}

/** Whether objects of a kind belong to no namespace. */
export function isClusterScoped({ group, kind }: Pick<SourceObject, 'group' | 'kind'>): boolean {
  return group.endsWith('external-secrets.io') && CLUSTER_SCOPED.has(kind);
}

/** An object as an entry, in `namespace` where it names none. */
export function toEntry(source: SourceObject, namespace: string): Entry {
  const { group, kind, name, labels, annotations, spec } = source;
  const own = isClusterScoped(source) ? '' : (source.namespace ?? namespace);
  return {
    source,
    home: homeOf(source),
    key: entryKey(group, kind, own, name),
    kind,
    namespace: own,
    name,
    spec,
    labels: Object.fromEntries(Object.entries(labels).filter(([label]) => !RESERVED.has(label))),
    annotations,
  };
}

/** The key of the object with this group, kind, namespace and name. */
export function entryKey(group: string, kind: string, namespace: string, name: string): string {
  return `${group}/${objectKey(kind, namespace, name)}`;
}

/** The block of an entry that is a component of its kind's own; undefined for others. */
export function componentBlockOf({ home }: Entry): ComponentBlock | undefined {
  return home.at === 'layers' && home.block !== 'object' ? home.block : undefined;
}
