import type { RequiredObject, Rollout, Window } from '../../api/schema/rollout.ts';
import { parseDuration } from '../values/duration.ts';

/** What the flags of the operator demand of every blueprint; each can only make its rollout stricter. */
export interface RolloutFloors {
  /** Whether every change needs an approval. */
  requireApproval: boolean;
  /** The most objects that any change may delete without an approval. Default: no such bound. */
  maxDeletions?: number | undefined;
}

/** What the flags of the operator say of rollouts. */
export interface RolloutFlags {
  /** The namespaces whose blueprints need an approval for every change; `*` stands for all. */
  requireApproval: readonly string[];
  maxDeletions?: number | undefined;
}

/** What the flags demand of the blueprints of a namespace. */
export function floorsOf(flags: RolloutFlags | undefined, namespace: string): RolloutFloors {
  const { requireApproval = [], maxDeletions } = flags ?? {};
  const all = requireApproval.includes('*');
  return { requireApproval: all || requireApproval.includes(namespace), maxDeletions };
}

/** How changes come in force in one environment, or in a blueprint without environments. */
export interface RolloutSettings {
  /** Default: Automatic. */
  approval: 'Automatic' | 'Manual';
  /** The most objects that a change may delete without an approval; undefined for no such number. */
  maxDeletions: number | undefined;
  /**
   * Whether a change may neither delete most objects nor all without an approval. It holds where the blueprint names no
   * `maxDeletions` of its own, also under a flag that does.
   */
  keepsMost: boolean;
  windows: readonly Window[];
  requires: readonly RequiredObject[];
  /** How long the environment before must have been settled, in milliseconds. Default: 0. */
  soakMs: number;
  /** How long a change may take, in milliseconds; undefined for ever. */
  progressDeadlineMs: number | undefined;
  /** Default: Wait. */
  onFailure: 'Wait' | 'Rollback';
  /** How many revisions are kept beside those in force and the wanted one. Default: 5. */
  revisionHistoryLimit: number;
}

/**
 * The settings of one environment: its own `rollout` over that of the blueprint, under the flags of the operator. No
 * field holds an object, so that the fields replace each other as in `defaults`, lists as a whole.
 */
export function rolloutOf(
  blueprint: Rollout | undefined,
  environment: Rollout | undefined,
  floors: RolloutFloors,
): RolloutSettings {
  const merged: Rollout = { ...blueprint, ...environment };
  const bounds = [merged.maxDeletions, floors.maxDeletions].filter((bound) => bound !== undefined);
  return {
    approval: floors.requireApproval ? 'Manual' : (merged.approval ?? 'Automatic'),
    maxDeletions: bounds.length === 0 ? undefined : Math.min(...bounds),
    keepsMost: merged.maxDeletions === undefined,
    windows: merged.windows ?? [],
    requires: merged.requires ?? [],
    soakMs: parseDuration(merged.soak) ?? 0,
    progressDeadlineMs: parseDuration(merged.progressDeadline),
    onFailure: merged.onFailure ?? 'Wait',
    revisionHistoryLimit: merged.revisionHistoryLimit ?? 5,
  };
}
