import type { Spec } from '../../api/schema/spec.ts';

/** Whether and how a blueprint is suspended at one moment. */
export interface Suspension {
  /** Whether the operator itself must not touch the blueprint's objects. */
  blueprint: boolean;
  /** Whether the generated objects are suspended in Flux. */
  generated: boolean;
  /** When to check whether the suspension has ended, in milliseconds from now; undefined if it has no end. */
  recheckInMs: number | undefined;
}

const NONE: Suspension = { blueprint: false, generated: false, recheckInMs: undefined };

/** The longest time between two checks, in milliseconds. Timers do not notice when the wall clock is set. */
export const RECHECK_EVERY_MS = 30_000;

/** Reads the suspension in force at the moment `now`, in milliseconds since the epoch. */
export function suspensionAt(spec: Partial<Spec> | undefined, now: number): Suspension {
  if (spec?.suspend !== true) return NONE;
  const until = spec.suspendUntil === undefined ? NaN : Date.parse(spec.suspendUntil);
  if (until <= now) return NONE;
  const generated = spec.suspendScope === 'Generated';
  const recheckInMs = Number.isNaN(until) ? undefined : Math.min(until - now, RECHECK_EVERY_MS);
  return { blueprint: !generated, generated, recheckInMs };
}
