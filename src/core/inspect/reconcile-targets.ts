import { Label, MANAGED_BY } from '../../api/names.ts';
import { type KubeObject, type ObjectRef, displayName, objectId, refOf } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import { assessHealth, isOfFlux, isReconciledByFlux, isSettled } from '../health/health.ts';
import { SOURCE_API_VERSION, sourceOf } from '../health/source-revision.ts';
import { SOURCE_KINDS } from '../kinds/index.ts';
import type { BlueprintKey } from '../objects/ownership.ts';
import { acceptsRequests, hasHandled } from '../plan/reconcile-requests.ts';
import { joinFirst, suggest } from '../values/suggest.ts';
import { isObject, textAt, valueAt } from '../values/json.ts';
import { listGenerated } from './events.ts';
import { describeFailedSince } from './readiness.ts';

/** Objects of one kind in one namespace. */
export type Place = Pick<ObjectRef, 'apiVersion' | 'kind' | 'namespace'>;

/** Where the objects of Flux are that a blueprint generated, by its status. */
export function listPlaces(blueprint: Pick<Blueprint, 'status'>): Place[] {
  const places = new Map<string, Place>();
  for (const { apiVersion, kind, namespace } of listGenerated(blueprint)) {
    if (!isOfFlux(apiVersion) || namespace === undefined) continue;
    places.set(`${apiVersion} ${kind} ${namespace}`, { apiVersion, kind, namespace });
  }
  return [...places.values()];
}

/** The labels of everything that a blueprint generated, as a selector; of one layer, if that is given. */
export function selectGenerated({ namespace, name }: BlueprintKey, layer?: string): string {
  const labels = [
    [Label.ManagedBy, MANAGED_BY],
    [Label.Namespace, namespace],
    [Label.Name, name],
    ...(layer === undefined ? [] : [[Label.Layer, layer]]),
  ];
  return labels.map((label) => label.join('=')).join(',');
}

/** The names of the layers of a blueprint, with those that environments add. */
export function listLayers({ spec }: Pick<Blueprint, 'spec'>): string[] {
  const own = (spec.layers ?? []).map(({ name }) => name);
  const added = (spec.environments ?? []).flatMap((environment) => {
    const layers = valueAt(environment, ['layers']);
    return Array.isArray(layers)
      ? layers.filter(isObject).flatMap((layer) => textAt(layer, ['name']) ?? [])
      : [];
  });
  return [...new Set([...own, ...added])];
}

/** Why a layer cannot be reconciled, in words; undefined if the blueprint has it. */
export function explainUnknownLayer(blueprint: Blueprint, layer: string): string | undefined {
  const known = listLayers(blueprint);
  if (known.includes(layer)) return undefined;
  return `FluxBlueprint ${blueprint.metadata.name} has no layer ${JSON.stringify(layer)}${suggest(layer, known)}`;
}

/** What to ask for a reconcile. */
export interface ReconcileTargets {
  /** The sources, those that others made too. Some may be gone, or accept no requests. */
  sources: ObjectRef[];
  /** What is no source. */
  others: ObjectRef[];
  /** What Flux would not reconcile, because it is suspended. */
  suspended: ObjectRef[];
}

const SOURCES: ReadonlySet<string> = new Set(Object.values(SOURCE_KINDS).map(({ kind }) => kind));

/** Chooses among the live objects of a blueprint, or of one layer, what to ask for a reconcile. */
export function chooseTargets(objects: readonly KubeObject[]): ReconcileTargets {
  const active = objects.filter(acceptsRequests);
  const others = active.filter(({ kind }) => !SOURCES.has(kind));
  const own = active.filter(({ kind }) => SOURCES.has(kind)).map(refOf);
  const named = others.flatMap((object) => sourceOf(object) ?? chartSourceOf(object) ?? []);
  const sources = new Map<string, ObjectRef>();
  // What a reference names may have another version, so that the object itself counts.
  for (const ref of [...own, ...named.filter(({ kind }) => SOURCES.has(kind))])
    if (!sources.has(objectId(ref))) sources.set(objectId(ref), ref);
  const suspended = objects.filter(
    (object) => isReconciledByFlux(object) && assessHealth(object).state === 'Suspended',
  );
  return { sources: [...sources.values()], others: others.map(refOf), suspended: suspended.map(refOf) };
}

/** The source of the chart that a HelmRelease has made for itself. */
function chartSourceOf({ metadata, spec }: KubeObject): ObjectRef | undefined {
  const read = (field: string): string | undefined => textAt(spec, ['chart', 'spec', 'sourceRef', field]);
  const [kind, name, namespace = metadata.namespace] = [read('kind'), read('name'), read('namespace')];
  if (kind === undefined || name === undefined || namespace === undefined) return undefined;
  return { apiVersion: read('apiVersion') ?? SOURCE_API_VERSION, kind, namespace, name };
}

/** How far objects are that were asked for a reconcile. */
export interface Handling {
  /** What has failed since, in words. */
  failed: string | undefined;
  /** Whether all have handled the request and are ready. */
  done: boolean;
  /** What is waited for, in words. */
  message: string;
}

/** The most objects that a message names. */
const MAX_NAMED = 3;

/**
 * How far objects are with a request.
 *
 * @param objects undefined for those that are gone, which nobody waits for
 */
export function describeHandling(objects: readonly (KubeObject | undefined)[], request: string): Handling {
  const present = objects.filter((object) => object !== undefined);
  const waiting = present.filter(
    (object) => !hasHandled(object, request) || !isSettled(assessHealth(object).state),
  );
  const names = waiting.map((object) => displayName(refOf(object)));
  const count = `${present.length - waiting.length}/${present.length}`;
  return {
    failed: describeFailedSince(present, request),
    done: waiting.length === 0,
    message:
      names.length === 0 ? `${count} ready` : `${count} ready; waiting for ${joinFirst(names, MAX_NAMED)}`,
  };
}
