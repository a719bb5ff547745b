/**
 * What the phases of one reconcile share. The phases read the context; `progress` is the only part of it that changes,
 * and `memory` is what outlives the reconcile. Begin with {@link ReconcileContext}, then `progress.ts`.
 */
import { RECONCILE_REQUEST } from '../../api/names.ts';
import { type KubeObject, type ObjectRef, splitApiVersion } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import { isKeptForAdmins, ownRightsIn } from '../../core/compile/model/own-rights.ts';
import type { BlueprintKey } from '../../core/objects/ownership.ts';
import { readInventory } from '../../core/objects/inventory.ts';
import { MAX_REQUEST } from '../../core/status/next-status.ts';
import type { Logger } from '../../ports/logger.ts';
import type { BlueprintMemory } from '../memory/blueprint-memory.ts';
import { defaultAccountIn } from '../memory/compile-cache.ts';
import type { ReconcileDependencies, Settings } from './dependencies.ts';
import { Progress } from './progress.ts';

/** Requests in flight for one blueprint, where nothing else is configured. */
const DEFAULT_CONCURRENCY = 16;

/** What a deletion may read of a blueprint: one whose spec no longer compiles can be deleted too. */
export type DeletedBlueprint = Pick<Blueprint, 'apiVersion' | 'kind' | 'metadata'> & {
  readonly spec: Partial<Pick<Blueprint['spec'], 'deletionPolicy' | 'serviceAccountName'>>;
};

/**
 * What every phase may see, and all that a deletion sees: the inventory, and neither the desired state nor the graph.
 */
export interface DeletionContext {
  readonly deps: Pick<
    ReconcileDependencies,
    'cluster' | 'cache' | 'events' | 'clock' | 'settings' | 'metrics'
  >;
  readonly key: BlueprintKey;
  /** The blueprint as it was when the reconcile began. */
  readonly blueprint: DeletedBlueprint;
  readonly memory: Pick<BlueprintMemory, 'objects' | 'status' | 'account' | 'letGo'>;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Requests in flight at a time. */
  readonly concurrency: number;
  /** The name of the account that writes; undefined where the operator writes with its own rights. */
  readonly account: string | undefined;
  /** The user of that account, for impersonation. */
  readonly as: string | undefined;
  /**
   * Whether the operator writes with its own rights in every namespace: the blueprint has no account, and its namespace
   * is one of `--admin-namespaces`.
   */
  readonly admin: boolean;
  /** Somebody's request for a reconcile, cut to what a status takes; undefined where there is none. */
  readonly request: string | undefined;
  readonly progress: Progress;
}

/** What the phases of a reconcile share. */
export interface ReconcileContext extends DeletionContext {
  readonly deps: ReconcileDependencies;
  readonly blueprint: Blueprint;
  readonly memory: BlueprintMemory;
  /** Whether the request is a new one: nothing is answered from memory then. */
  readonly requested: boolean;
}

/** Makes the context of one reconcile of a blueprint. */
export function newContext(
  deps: ReconcileDependencies,
  object: KubeObject,
  memory: BlueprintMemory,
  signal: AbortSignal,
): ReconcileContext {
  const blueprint = object as unknown as Blueprint;
  const key = { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
  const { pending } = memory.status;
  const status = pending?.uid === object.metadata.uid ? pending?.status : blueprint.status;
  const request = blueprint.metadata.annotations?.[RECONCILE_REQUEST]?.slice(0, MAX_REQUEST).toWellFormed();
  return {
    deps,
    key,
    blueprint,
    memory,
    signal,
    logger: deps.logger.with({ FluxBlueprint: key, generation: object.metadata.generation }),
    concurrency: deps.concurrency ?? DEFAULT_CONCURRENCY,
    ...writerOf(blueprint, key, deps.settings),
    request,
    requested: request !== undefined && request !== status?.lastHandledReconcileAt,
    progress: new Progress(memory.status.withoutPruned(readInventory(status)), status),
  };
}

/**
 * Who writes for a blueprint: its account as a user, or the operator itself. The API server adds the groups of service
 * accounts by itself.
 */
function writerOf(
  { spec }: Blueprint,
  { namespace }: BlueprintKey,
  settings: Settings,
): Pick<DeletionContext, 'account' | 'as' | 'admin'> {
  const named: unknown = (spec as Partial<Blueprint['spec']> | undefined)?.serviceAccountName;
  const account = typeof named === 'string' ? named : defaultAccountIn(namespace, settings);
  const admin = named === undefined && ownRightsIn(namespace, settings.adminNamespaces) === 'Cluster';
  return { account, as: account === undefined ? undefined : userOf(namespace, account), admin };
}

/** Whether a blueprint may take over what exists: by the rights of its account, or of an admin. */
export function mayAdopt({ as, admin }: Pick<DeletionContext, 'as' | 'admin'>): boolean {
  return as !== undefined || admin;
}

/**
 * Whether the operator's own rights may be used for an object, for a blueprint without an account: in its own
 * namespace, and not for what only admins may. An admin's may use them for everything.
 */
export function mayUseOwnRights({ as, admin, key, deps }: DeletionContext, ref: ObjectRef): boolean {
  if (as !== undefined || admin) return admin;
  const limited = ownRightsIn(key.namespace, deps.settings.adminNamespaces) === 'Limited';
  const { group } = splitApiVersion(ref.apiVersion);
  return ref.namespace === key.namespace && !(limited && isKeptForAdmins({ group, kind: ref.kind }));
}

/** Whether objects become exactly what the blueprint says: it takes over what others said of them. */
export function isExact(context: ReconcileContext): boolean {
  return context.blueprint.spec.adoption === 'Adopt' && mayAdopt(context);
}

/** The user of a service account. */
export function userOf(namespace: string, account: string): string {
  return `system:serviceaccount:${namespace}:${account}`;
}

/** The digest of what was applied in full, where the status speaks of the present generation. */
export function digestInForce({ blueprint, progress: { status } }: ReconcileContext): string | undefined {
  return status?.observedGeneration === blueprint.metadata.generation ? status?.lastAppliedDigest : undefined;
}
