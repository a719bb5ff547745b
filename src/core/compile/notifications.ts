import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import type { AlertItem, ProviderItem, ReceiverItem } from '../../api/schema/spec.ts';
import type { Draft } from './draft/component.ts';
import { HEARD, alert } from '../kinds/alert.ts';
import type { FluxKind } from '../kinds/kind.ts';
import { provider } from '../kinds/provider.ts';
import { receiver } from '../kinds/receiver.ts';
import { followEach, indexPlainNames } from './link/link-renamed.ts';
import { type Item, noteDerived } from './model/item.ts';
import { emptyObject, own } from '../values/json.ts';
import { mergeOverlays } from '../kinds/overlay.ts';
import { suggest } from '../values/suggest.ts';
import { itemPath } from '../values/path.ts';
import type { Problems } from '../validation/problem.ts';
import { compare } from '../values/path.ts';

/** The providers, alerts and receivers of a blueprint. */
export interface Notifications {
  providers: Item[];
  /** Alerts with the provider that they use, where it is one of ours. */
  alerts: { item: Item; provider: Item | undefined }[];
  receivers: Item[];
}

/** What alerts and receivers can be about. */
export interface Audible {
  /** Everything that is generated from sources and layers, of all environments. */
  generated: readonly Item[];
  /** Names of all layers and environments. */
  layers: readonly string[];
  environments: readonly string[];
}

/** Fields of an item that are the blueprint's own and not of the Flux kind. */
const OURS: ReadonlySet<string> = new Set([
  'name',
  'objectName',
  'namespace',
  'metadata',
  'layers',
  'environments',
]);

/** Drafts `spec.notifications`. */
export function draftNotifications(draft: Draft, audible: Audible): Notifications {
  const { providers = [], alerts = [], receivers = [] } = draft.scope.spec.notifications ?? {};
  const drafted = providers.map((item, i) => draftItem(draft, provider, item, 'providers', i));
  const byName = new Map(providers.map((item, i) => [item.name, drafted[i]]));
  return {
    providers: drafted,
    alerts: alerts.map((written, i) => {
      const item = draftItem(draft, alert, written, 'alerts', i);
      listen(item, written, audible, draft.problems);
      return { item, provider: referToProvider(item, written, byName, draft.problems) };
    }),
    receivers: receivers.map((written, i) => {
      const item = draftItem(draft, receiver, written, 'receivers', i);
      receive(item, audible, draft.problems);
      return item;
    }),
  };
}

function draftItem(
  { scope }: Draft,
  kind: FluxKind,
  written: ProviderItem | AlertItem | ReceiverItem,
  list: 'providers' | 'alerts' | 'receivers',
  index: number,
): Item {
  const path = itemPath(`spec.notifications.${list}`, index);
  const value = emptyObject();
  for (const [field, content] of Object.entries(written as JsonObject)) {
    if (!OURS.has(field)) value[field] = content;
  }
  const overlays = [{ at: [], value, path }];
  return {
    kind,
    name: written.objectName ?? written.name,
    namespace: written.namespace ?? scope.namespace,
    namespacePath: `${path}.namespace`,
    title: `${list}/${written.name}`,
    path,
    specPath: path,
    locate: scope.locate,
    metadata: written.metadata,
    overlays,
    spec: mergeOverlays(kind.defaults, overlays, kind.merge),
  };
}

/** `providerRef` names a provider of the blueprint, or an object that exists already. */
function referToProvider(
  item: Item,
  written: AlertItem,
  byName: ReadonlyMap<string, Item | undefined>,
  problems: Problems,
): Item | undefined {
  const found = byName.get(written.providerRef.name);
  if (found === undefined) return undefined;
  if (found.namespace !== item.namespace) {
    problems.add(
      'wrong-namespace',
      `${item.path}.providerRef.name`,
      `${found.title} is in namespace ${found.namespace}, the alert in ${item.namespace}: Flux wants both in the same`,
    );
  }
  item.spec['providerRef'] = { name: found.name };
  return found;
}

/** Fills in `eventSources`: every generated object by its exact name, or those of the named layers and environments. */
function listen(item: Item, written: AlertItem, audible: Audible, problems: Problems): void {
  const { layers, environments } = written;
  const known =
    checkNames(item, 'layers', layers ?? [], audible.layers, problems) &&
    checkNames(item, 'environments', environments ?? [], audible.environments, problems);
  followEach(item, 'eventSources', indexPlainNames(audible.generated));
  if (own(item.spec, 'eventSources') !== undefined || !known) return;
  const heard = audible.generated.filter(
    ({ kind, layer, environment }) =>
      HEARD.has(kind.kind) && isNamed(layers, layer) && isNamed(environments, environment),
  );
  if (heard.length === 0) {
    const remedy = 'name `eventSources`, or layers that generate something';
    problems.add('hears-nothing', item.path, `the alert has nothing to listen to: ${remedy}`);
    return;
  }
  item.spec['eventSources'] = referToAll(heard, item.namespace);
  noteDerived(item, { at: ['eventSources'], path: item.path });
}

/** Fills in `resources` of a receiver: every generated source. */
function receive(item: Item, audible: Audible, problems: Problems): void {
  followEach(item, 'resources', indexPlainNames(audible.generated));
  if (own(item.spec, 'resources') !== undefined) return;
  const sources = audible.generated.filter(({ kind }) => kind.group === 'source.toolkit.fluxcd.io');
  if (sources.length === 0) {
    problems.add(
      'hears-nothing',
      item.path,
      'there is no generated source to fetch when the webhook is called: name `resources`',
    );
    return;
  }
  item.spec['resources'] = referToAll(sources, item.namespace);
  noteDerived(item, { at: ['resources'], path: item.path });
}

/** Whether an item is among those that were asked for; none asked for means all. */
function isNamed(wanted: readonly string[] | undefined, name: string | undefined): boolean {
  return wanted === undefined || (name !== undefined && wanted.includes(name));
}

/** Whether all names that an alert uses exist. */
function checkNames(
  item: Item,
  field: 'layers' | 'environments',
  named: readonly string[],
  known: readonly string[],
  problems: Problems,
): boolean {
  named.forEach((name, i) => {
    if (known.includes(name)) return;
    const path = itemPath(`${item.path}.${field}`, i);
    problems.add(
      'unknown-name',
      path,
      `no ${field.slice(0, -1)} is named ${JSON.stringify(name)}${suggest(name, known)}`,
    );
  });
  return named.every((name) => known.includes(name));
}

function referToAll(items: readonly Item[], namespace: string): JsonObject[] {
  return items
    .map((item) => ({
      kind: item.kind.kind,
      name: item.name,
      ...(item.namespace === namespace ? {} : { namespace: item.namespace }),
    }))
    .sort((a, b) => compare(keyOf(a), keyOf(b)));
}

function keyOf({ kind, namespace = '', name }: { kind: string; namespace?: string; name: string }): string {
  return JSON.stringify([kind, namespace, name]);
}
