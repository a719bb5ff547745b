import { RECONCILE_REQUEST } from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { Status } from '../../api/schema/status.ts';
import type { Tracked } from '../../core/objects/inventory.ts';
import { readInventory, withoutIds } from '../../core/objects/inventory.ts';
import type { Finding } from '../../core/lint/model/finding.ts';
import type { BlueprintKey } from '../../core/objects/ownership.ts';
import type { Logger } from '../../ports/logger.ts';
import type { ReconcileTally } from '../../ports/metrics.ts';
import type { BlueprintMemory } from './blueprint-memory.ts';
import type { ReconcileDependencies } from './dependencies.ts';

/** The most characters of a request that the status takes. */
export const MAX_REQUEST = 256;

/** One pass over one blueprint: what its phases share. */
export interface Pass {
  readonly deps: ReconcileDependencies;
  readonly key: BlueprintKey;
  /** As it was when the pass began. */
  readonly blueprint: Blueprint;
  readonly memory: BlueprintMemory;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** What it did so far. */
  readonly tally: ReconcileTally;
  /** The account that everything is written as; undefined where the operator writes as itself. */
  readonly account: string | undefined;
  /** The user of that account. */
  readonly as: string | undefined;
  /** The inventory as it is stored. Phases that store another one replace it. */
  tracked: readonly Tracked[];
  /** The status as it is stored, or about to be. */
  status: Status | undefined;
  /** A status that is still being written when the pass is over. */
  trailing?: Promise<void>;
  /** What of bad practice was found; undefined until it was looked for. */
  findings?: readonly Finding[];
  /** The public key of the age pair: null where none is asked for, undefined until it was looked for. */
  ageRecipient?: string | null;
  /** Whether somebody asks for a reconcile that was not made yet: nothing is taken from memory then. */
  readonly requested: boolean;
  /** When the blueprint must be looked at again at the latest, in milliseconds; {@link wakeAfter} sets it. */
  wakeAfterMs: number;
}

/** Sees to it that the blueprint is looked at again after `ms` milliseconds at the latest. */
export function wakeAfter(pass: Pass, ms: number): void {
  pass.wakeAfterMs = Math.min(pass.wakeAfterMs, ms);
}

/** Begins a pass. */
export function beginPass(
  deps: ReconcileDependencies,
  object: KubeObject,
  memory: BlueprintMemory,
  signal: AbortSignal,
): Pass {
  const blueprint = object as unknown as Blueprint;
  const key = { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
  const { pending } = memory;
  const status = pending?.uid === object.metadata.uid ? pending?.status : blueprint.status;
  return {
    deps,
    key,
    blueprint,
    memory,
    signal,
    logger: deps.logger.with({ FluxBlueprint: key, generation: object.metadata.generation }),
    tally: { applied: { create: 0, update: 0, drift: 0 }, skipped: 0, pruned: 0 },
    ...accountOf(blueprint, key, deps.settings.defaultServiceAccount),
    tracked: withoutIds(readInventory(status), memory.gone),
    status,
    requested: isRequested(blueprint, status),
    wakeAfterMs: Infinity,
  };
}

function isRequested({ metadata }: Blueprint, status: Status | undefined): boolean {
  const request = metadata.annotations?.[RECONCILE_REQUEST];
  return request !== undefined && request.slice(0, MAX_REQUEST) !== status?.lastHandledReconcileAt;
}

/** The blueprint's account and its user. The API server adds the groups of service accounts by itself. */
function accountOf(
  blueprint: Blueprint,
  { namespace }: BlueprintKey,
  fallback: string | undefined,
): Pick<Pass, 'account' | 'as'> {
  const named: unknown = (blueprint.spec as Partial<Blueprint['spec']> | undefined)?.serviceAccountName;
  const account = typeof named === 'string' ? named : fallback;
  return { account, as: account === undefined ? undefined : `system:serviceaccount:${namespace}:${account}` };
}
