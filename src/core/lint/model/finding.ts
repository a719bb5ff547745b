import type { AntiPattern } from '../../../api/schema/policy.ts';

/** An `info` is worth knowing, a `warning` is bad practice, an `error` cannot work or must not remain. */
export type Severity = 'info' | 'warning' | 'error';

/**
 * Where a breach was seen. Only breaches seen in the blueprint itself can refuse it. Writing the blueprint often mends
 * what is wrong in the cluster, and a refusal would prevent that.
 */
export type SeenIn = 'blueprint' | 'cluster';

/** The rule of a finding that only says how many more there are; it has no path and no target. */
export const MORE_FINDINGS = 'more-findings';

/** A case of bad practice in a blueprint. */
export interface Finding {
  rule: AntiPattern | 'unused-exception' | 'left-behind' | typeof MORE_FINDINGS;
  severity: Severity;
  /** The path in the blueprint, e.g. `spec.sources[0].git.interval`; at most 512 characters. */
  path: string;
  /** The name that exceptions use: `alerts/on-call`, `apps/shop`, `sources/fleet`, `variables`. */
  target: string;
  /**
   * Says the target, what was found, why it is bad and what to do; at most 1024 characters. It never holds a value that
   * may be secret, and it is the same each time the same state is linted.
   */
  message: string;
  seenIn: SeenIn;
}

/** Takes what a rule finds. It keeps a bounded part of it, so a rule reports each breach as soon as it finds it. */
export type ReportBreach = (breach: Breach) => void;

/** What a rule reports. `lint` adds the rule's id and the target, and completes the message. */
export interface Breach {
  severity: Severity;
  path: string;
  /** Says what was found, why it is bad and what to do. It follows the target and a colon. */
  message: string;
  /** Default: `blueprint`. */
  seenIn?: SeenIn;
}

/** Builds a breach of severity `warning`. */
export function warn(path: string, message: string, seenIn: SeenIn = 'blueprint'): Breach {
  return { severity: 'warning', path, message, seenIn };
}
