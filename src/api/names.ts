/** The API group of FluxBlueprint. */
export const GROUP = 'fluxblueprint.io';
/** Its served and stored version. */
export const VERSION = 'v1beta1';
/** `apiVersion` of a FluxBlueprint. */
export const API_VERSION = `${GROUP}/${VERSION}`;
/** The kind. */
export const KIND = 'FluxBlueprint';
/** The plural in URLs. */
export const PLURAL = 'fluxblueprints';

/** The server-side apply field manager of everything that is generated. */
export const FIELD_MANAGER = 'fluxblueprint';
/** The field manager of a blueprint's status. */
export const STATUS_MANAGER = 'fluxblueprint-status';
/** The field manager of a blueprint's finalizer; of its own, so that applying nothing takes only that back. */
export const FINALIZER_MANAGER = 'fluxblueprint-finalizer';
/** The field manager of requests to reconcile that are passed on; of its own, so that no apply takes one back. */
export const REQUEST_MANAGER = 'fluxblueprint-request';
/** Holds a blueprint until everything it generated is gone. */
export const FINALIZER = `${GROUP}/finalizer`;

/** Labels that every generated object carries; the first is the label that the operator watches by. */
export const Label = {
  ManagedBy: 'app.kubernetes.io/managed-by',
  Name: `${GROUP}/name`,
  Namespace: `${GROUP}/namespace`,
  /** The layer; objects that belong to none (shared sources, providers, alerts) do not carry it. */
  Layer: `${GROUP}/layer`,
} as const;

/** The value of {@link Label.ManagedBy} on what is generated. */
export const MANAGED_BY = 'fluxblueprint';

/** Flux's label of sharding: which of several operators reconciles a blueprint. */
export const SHARD_KEY = 'sharding.fluxcd.io/key';

/** Set by `flux reconcile` and by people: reconciles the object at once when its value changes. */
export const RECONCILE_REQUEST = 'reconcile.fluxcd.io/requestedAt';

/** The most objects that one blueprint may generate: the status stays under 200 kB. */
export const MAX_OBJECTS = 2000;
