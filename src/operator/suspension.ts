import type { Spec } from '../api/schema/spec.ts';

/** Whether a blueprint is suspended now, and how. */
export interface Suspension {
  /** The operator leaves the blueprint alone. */
  blueprint: boolean;
  /** Flux is suspended on what was generated. */
  generated: boolean;
  /** When it ends by itself, in milliseconds from now. */
  endsInMs: number | undefined;
}

const NONE: Suspension = { blueprint: false, generated: false, endsInMs: undefined };

/** The suspension that is in force at a moment (milliseconds since the epoch). One that has ended is none. */
export function suspensionAt(spec: Partial<Spec> | undefined, now: number): Suspension {
  if (spec?.suspend !== true) return NONE;
  const until = spec.suspendUntil === undefined ? NaN : Date.parse(spec.suspendUntil);
  if (until <= now) return NONE;
  const generated = spec.suspendScope === 'Generated';
  return { blueprint: !generated, generated, endsInMs: Number.isNaN(until) ? undefined : until - now };
}
