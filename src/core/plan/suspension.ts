import type { Spec } from '../../api/schema/spec.ts';

/** Whether a blueprint is suspended now, and how. */
export interface Suspension {
  /** The operator leaves the blueprint alone. */
  blueprint: boolean;
  /** Flux is suspended on what was generated. */
  generated: boolean;
  /** When to see whether it has ended by itself, in milliseconds from now; undefined where it never does. */
  recheckInMs: number | undefined;
}

const NONE: Suspension = { blueprint: false, generated: false, recheckInMs: undefined };

/** How often the wall clock is looked at, in milliseconds: it may be set, and timers do not hear of it. */
const RECHECK_EVERY_MS = 30_000;

/** The suspension that is in force at a moment (milliseconds since the epoch). One that has ended is none. */
export function suspensionAt(spec: Partial<Spec> | undefined, now: number): Suspension {
  if (spec?.suspend !== true) return NONE;
  const until = spec.suspendUntil === undefined ? NaN : Date.parse(spec.suspendUntil);
  if (until <= now) return NONE;
  const generated = spec.suspendScope === 'Generated';
  const recheckInMs = Number.isNaN(until) ? undefined : Math.min(until - now, RECHECK_EVERY_MS);
  return { blueprint: !generated, generated, recheckInMs };
}
