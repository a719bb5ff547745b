import type { JsonObject } from '../api/schema/shapes.ts';
import type { AlertItem, ProviderItem } from '../api/schema/spec.ts';
import type { Draft } from './draft.ts';
import { HEARD, alert } from './emit/alert.ts';
import { provider } from './emit/provider.ts';
import type { FluxKind } from './emit/kind.ts';
import type { Item } from './item.ts';
import { emptyObject, own } from './json.ts';
import { mergeOverlays } from './merge.ts';
import { suggest } from './nearest.ts';
import { itemPath } from './path.ts';
import { type Problems, compare } from './problem.ts';

/** The providers and alerts of a blueprint. */
export interface Notifications {
  providers: Item[];
  /** Alerts with the provider that they use, where it is one of ours. */
  alerts: { item: Item; provider: Item | undefined }[];
}

/** Fields of an item that are the blueprint's own and not of the Flux kind. */
const PROVIDER_OWN = ['name', 'objectName', 'namespace'];
const ALERT_OWN = [...PROVIDER_OWN, 'layers'];

/** Drafts `spec.notifications`; `generated` is everything that an alert can listen to. */
export function draftNotifications(
  draft: Draft,
  generated: readonly Item[],
  layers: readonly string[],
): Notifications {
  const written = draft.spec.notifications?.providers ?? [];
  const providers = written.map((item, i) => draftItem(draft, provider, item, 'providers', i, PROVIDER_OWN));
  const byName = new Map(written.map((item, i) => [item.name, providers[i]]));
  const alerts = (draft.spec.notifications?.alerts ?? []).map((item, i) => {
    const drafted = draftItem(draft, alert, item, 'alerts', i, ALERT_OWN);
    listen(drafted, item, generated, layers, draft.problems);
    return { item: drafted, provider: referToProvider(drafted, item, byName, draft.problems) };
  });
  return { providers, alerts };
}

function draftItem(
  draft: Draft,
  kind: FluxKind,
  written: ProviderItem | AlertItem,
  list: 'providers' | 'alerts',
  index: number,
  ours: readonly string[],
): Item {
  const path = itemPath(`spec.notifications.${list}`, index);
  const value = emptyObject();
  for (const [field, content] of Object.entries(written as JsonObject)) {
    if (!ours.includes(field)) value[field] = content;
  }
  const overlays = [{ at: [], value, path }];
  return {
    kind,
    name: written.objectName ?? written.name,
    namespace: written.namespace ?? draft.namespace,
    namespacePath: `${path}.namespace`,
    title: `${list}/${written.name}`,
    path,
    specPath: path,
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

/** Fills in `eventSources`: every generated object by its exact name, or those of the named layers. */
function listen(
  item: Item,
  written: AlertItem,
  generated: readonly Item[],
  layers: readonly string[],
  problems: Problems,
): void {
  const known = checkLayers(item, written.layers ?? [], layers, problems);
  if (own(item.spec, 'eventSources') !== undefined || !known) return;
  const wanted = written.layers;
  const heard = generated.filter(
    ({ kind, layer }) =>
      HEARD.has(kind.kind) && (wanted === undefined || (layer !== undefined && wanted.includes(layer))),
  );
  if (heard.length === 0) {
    problems.add(
      'hears-nothing',
      item.path,
      'the alert has nothing to listen to: name `eventSources`, or layers that generate something',
    );
    return;
  }
  item.spec['eventSources'] = heard
    .map((source) => eventSource(source, item.namespace))
    .sort(compareEventSources);
}

/** Whether all of the layers that an alert names exist. */
function checkLayers(
  item: Item,
  named: readonly string[],
  layers: readonly string[],
  problems: Problems,
): boolean {
  named.forEach((layer, i) => {
    if (layers.includes(layer)) return;
    const path = itemPath(`${item.path}.layers`, i);
    problems.add('unknown-name', path, `no layer is named ${JSON.stringify(layer)}${suggest(layer, layers)}`);
  });
  return named.every((layer) => layers.includes(layer));
}

function eventSource(source: Item, namespace: string): JsonObject {
  return {
    kind: source.kind.kind,
    name: source.name,
    ...(source.namespace === namespace ? {} : { namespace: source.namespace }),
  };
}

function compareEventSources(a: JsonObject, b: JsonObject): number {
  return compare(
    JSON.stringify([a['kind'], a['namespace'] ?? '', a['name']]),
    JSON.stringify([b['kind'], b['namespace'] ?? '', b['name']]),
  );
}
