import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import type { AlertItem, ProviderItem, ReceiverItem } from '../../api/schema/spec.ts';
import { itemOverlay } from './draft/merge-spec.ts';
import type { Draft } from './draft/naming.ts';
import type { Scope } from './environments/scopes.ts';
import { ALERT_SOURCES, alert } from '../kinds/alert.ts';
import { provider } from '../kinds/provider.ts';
import { receiver } from '../kinds/receiver.ts';
import { type PlainNames, renameReferences } from './link/rename-references.ts';
import { type Item, recordDerived } from './model/item.ts';
import { own } from '../values/json.ts';
import { mergeOverlays } from '../kinds/overlay.ts';
import { KnownNames } from '../values/suggest.ts';
import { itemPath } from '../values/path.ts';
import type { Problems } from '../validation/problem.ts';
import { compare } from '../values/path.ts';

/** The providers, alerts and receivers of a blueprint as items. */
export interface Notifications {
  providers: Item[];
  /** Each alert with its provider, where the blueprint generates that. */
  alerts: { item: Item; provider: Item | undefined }[];
  receivers: Item[];
}

/** What alerts and receivers can refer to. */
export interface NotificationTargets {
  /** Everything that is generated from sources, layers and ExternalSecrets, of all environments. */
  generated: readonly Item[];
  /** The same by their plain names. */
  plainNames: PlainNames;
  /** The names of all layers. */
  layers: readonly string[];
  /** The names of all environments. */
  environments: readonly string[];
}

/** Fields of an item that belong to the blueprint and not to the Flux kind. */
const OURS: ReadonlySet<string> = new Set([
  'name',
  'objectName',
  'namespace',
  'metadata',
  'layers',
  'environments',
]);

/** The kinds by the list of `spec.notifications` that their items stand in. */
const KINDS = { providers: provider, alerts: alert, receivers: receiver };

/** Drafts `spec.notifications`, complete with the references to what is generated. */
export function draftNotifications(draft: Draft, targets: NotificationTargets): Notifications {
  const { scope, problems } = draft;
  const { providers = [], alerts = [], receivers = [] } = scope.spec.notifications ?? {};
  const drafted = providers.map((written, i) => draftItem(scope, 'providers', i, written));
  const byName = new Map(providers.map((written, i) => [written.name, drafted[i]]));
  return {
    providers: drafted,
    alerts: alerts.map((written, i) => {
      const item = draftItem(scope, 'alerts', i, written);
      fillEventSources(item, written, targets, problems);
      return { item, provider: linkProvider(item, written, byName, problems) };
    }),
    receivers: receivers.map((written, i) => {
      const item = draftItem(scope, 'receivers', i, written);
      fillResources(item, targets, problems);
      return item;
    }),
  };
}

function draftItem(
  scope: Scope,
  list: keyof typeof KINDS,
  index: number,
  written: ProviderItem | AlertItem | ReceiverItem,
): Item {
  const kind = KINDS[list];
  const path = itemPath(`spec.notifications.${list}`, index);
  const overlays = [itemOverlay(written, OURS, path)];
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

/** Resolves `providerRef` to a provider of the blueprint; undefined where it names an object that exists already. */
function linkProvider(
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

/**
 * Fills in `eventSources` of an alert, unless it names them: every generated object by its exact name, or those of the
 * named layers and environments.
 */
function fillEventSources(
  item: Item,
  written: AlertItem,
  targets: NotificationTargets,
  problems: Problems,
): void {
  const [layers, environments] = [written.layers, written.environments].map((names) =>
    names === undefined ? undefined : new Set(names),
  );
  const known = checkNames(item, written, targets, problems);
  renameReferences(item, 'eventSources', targets.plainNames);
  if (own(item.spec, 'eventSources') !== undefined || !known) return;
  const sources = targets.generated.filter(
    ({ kind, layer, environment }) =>
      ALERT_SOURCES.has(kind.kind) && isNamed(layers, layer) && isNamed(environments, environment),
  );
  if (sources.length === 0) {
    const remedy = 'name `eventSources`, or layers that generate something';
    problems.add('hears-nothing', item.path, `the alert has nothing to listen to: ${remedy}`);
    return;
  }
  item.spec['eventSources'] = referToAll(sources, item.namespace);
  recordDerived(item, { at: ['eventSources'], path: item.path });
}

/** Fills in `resources` of a receiver, unless it names them: every generated source. */
function fillResources(item: Item, targets: NotificationTargets, problems: Problems): void {
  renameReferences(item, 'resources', targets.plainNames);
  if (own(item.spec, 'resources') !== undefined) return;
  const sources = targets.generated.filter(({ kind }) => kind.group === 'source.toolkit.fluxcd.io');
  if (sources.length === 0) {
    problems.add(
      'hears-nothing',
      item.path,
      'there is no generated source to fetch when the webhook is called: name `resources`',
    );
    return;
  }
  item.spec['resources'] = referToAll(sources, item.namespace);
  recordDerived(item, { at: ['resources'], path: item.path });
}

/** Whether a name is among the wanted ones; undefined wants all. */
function isNamed(wanted: ReadonlySet<string> | undefined, name: string | undefined): boolean {
  return wanted === undefined || (name !== undefined && wanted.has(name));
}

/** Refuses layers and environments of an alert that do not exist; returns whether all do. */
function checkNames(
  item: Item,
  written: AlertItem,
  targets: NotificationTargets,
  problems: Problems,
): boolean {
  for (const field of ['layers', 'environments'] as const) {
    const [named, known] = [written[field] ?? [], new Set(targets[field])];
    const names = new KnownNames(targets[field]);
    named.forEach((name, i) => {
      if (known.has(name)) return;
      const message = `no ${field.slice(0, -1)} is named ${JSON.stringify(name)}`;
      problems.add('unknown-name', itemPath(`${item.path}.${field}`, i), message, names.suggest(name));
    });
    if (!named.every((name) => known.has(name))) return false;
  }
  return true;
}

function referToAll(items: readonly Item[], namespace: string): JsonObject[] {
  return items
    .map((item) => {
      const reference = {
        kind: item.kind.kind,
        name: item.name,
        ...(item.namespace === namespace ? {} : { namespace: item.namespace }),
      };
      return { reference, key: keyOf(reference) };
    })
    .sort((a, b) => compare(a.key, b.key))
    .map(({ reference }) => reference);
}

function keyOf({ kind, namespace = '', name }: { kind: string; namespace?: string; name: string }): string {
  return JSON.stringify([kind, namespace, name]);
}
