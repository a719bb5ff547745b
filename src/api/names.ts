/**
 * The vocabulary of the operator: the names below, the shape of any Kubernetes object (`object.ts`), and the schemas of
 * a FluxBlueprint and of its revisions (`schema/`). Every other room may import this one, and it imports none of them.
 * Begin with `schema/blueprint.ts` for the API that users see.
 */

/** The API group of FluxBlueprint. */
export const GROUP = 'fluxblueprint.io';
/** The version of the API that is served and stored. */
export const VERSION = 'v1beta1';
/** `apiVersion` of a FluxBlueprint. */
export const API_VERSION = `${GROUP}/${VERSION}`;
/** The `kind` of a FluxBlueprint. */
export const KIND = 'FluxBlueprint';
/** The plural of the kind, as URLs and RBAC spell it. */
export const PLURAL = 'fluxblueprints';
/** The `kind` of the object that stores a revision of a blueprint. */
export const REVISION_KIND = 'FluxBlueprintRevision';
/** The plural of {@link REVISION_KIND}. */
export const REVISION_PLURAL = 'fluxblueprintrevisions';

/** The field manager of every generated object. */
export const FIELD_MANAGER = 'fluxblueprint';
/** The field manager of a blueprint's status. */
export const STATUS_MANAGER = 'fluxblueprint-status';
/** The field manager of a blueprint's finalizer. It owns nothing else, so that applying no fields removes only that. */
export const FINALIZER_MANAGER = 'fluxblueprint-finalizer';
/** The field manager of reconcile requests. It differs from that of applies, so that no apply removes a request. */
export const REQUEST_MANAGER = 'fluxblueprint-request';
/**
 * The field manager of what people write by the commands of this program. It differs from the operator's, and is none
 * of those that Flux takes fields from.
 */
export const CLI_MANAGER = 'fluxblueprint-cli';
/** The finalizer that keeps a blueprint until every object that it generated is gone. */
export const FINALIZER = `${GROUP}/finalizer`;

/** Labels of generated objects. The operator selects the objects that it watches by the first. */
export const Label = {
  ManagedBy: 'app.kubernetes.io/managed-by',
  Name: `${GROUP}/name`,
  Namespace: `${GROUP}/namespace`,
  /** The layer. Objects that belong to none (shared sources, providers, alerts) do not have this label. */
  Layer: `${GROUP}/layer`,
} as const;

/**
 * The annotation of an object that a blueprint let go, with that blueprint as `namespace/name`. The object is nobody's
 * from then on, whatever field managers it has and whatever an inventory says, until a blueprint adopts it.
 */
export const LET_GO = `${GROUP}/let-go-by`;

/**
 * The annotation of a Kustomization or HelmRelease that is released because another one takes its place, with that one
 * as `namespace/name`. It is suspended for as long, and comes back when it is desired again.
 */
export const MOVES_TO = `${GROUP}/moves-to`;
/**
 * The annotation of a HelmRelease that took over the release of another one, with that release as
 * `storageNamespace/name`. The compiler keeps it, where the blueprint names none.
 */
export const MOVED_RELEASE = `${GROUP}/moved-release`;
/** The field manager of what releases an object. It differs from that of applies, so that all of it can be undone. */
export const MOVE_MANAGER = 'fluxblueprint-move';

/** The label of a stored revision that holds its number, for those who read the metadata only. */
export const REVISION = `${GROUP}/revision`;
/** The annotation of a stored revision that holds its digest, for those who read the metadata only. */
export const DIGEST_ANNOTATION = `${GROUP}/digest`;
/**
 * The annotation of a stored revision that says where it is in force: names of environments with commas between them,
 * or `yes` for a blueprint without environments. Absent where it is in force nowhere.
 */
export const IN_FORCE = `${GROUP}/in-force`;
/**
 * The annotation that says which user wrote a spec. The policies of `config/four-eyes` make it true on a blueprint;
 * the operator copies it to the revision.
 */
export const AUTHOR = `${GROUP}/author`;
/** What an approval has for `environment` where the blueprint has no environments. */
export const WHOLE_BLUEPRINT = 'whole';

/** The value of {@link Label.ManagedBy} on generated objects. */
export const MANAGED_BY = 'fluxblueprint';

/** Flux's sharding label. Its value selects which of several operators reconciles a blueprint. */
export const SHARD_KEY = 'sharding.fluxcd.io/key';

/** The annotation that `flux reconcile` and people set: a changed value has the object reconciled at once. */
export const RECONCILE_REQUEST = 'reconcile.fluxcd.io/requestedAt';

/** The most objects that one blueprint may generate. With that many, its status stays under 200 kB. */
export const MAX_OBJECTS = 2000;
