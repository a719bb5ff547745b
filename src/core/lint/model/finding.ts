import type { AntiPattern } from '../../../api/schema/policy.ts';
import { compare } from '../../values/path.ts';
import { comparePaths } from '../../values/path.ts';

/** `info` is worth knowing, a `warning` is bad practice, an `error` cannot work or must not stay. */
export type Severity = 'info' | 'warning' | 'error';

/**
 * What tells of a finding. Only what the blueprint itself says can refuse a blueprint: what was seen in the cluster
 * is often mended by the very writes that a refusal would stop.
 */
export type SeenIn = 'blueprint' | 'cluster';

/** Bad practice that was found. */
export interface Finding {
  rule: AntiPattern | 'unused-exception';
  severity: Severity;
  /** Where in the blueprint, e.g. `spec.sources[0].git.interval`; at most 512 characters. */
  path: string;
  /** What exceptions name: `alerts/on-call`, `apps/shop`, `sources/fleet`, `variables`. */
  target: string;
  /**
   * The target, what was found, why it is bad, what to do; at most 1024 characters. Never a value that may be
   * secret, and nothing that changes from one look at the same state to the next.
   */
  message: string;
  seenIn: SeenIn;
}

/** What a rule answers; its id, its target and the form of the message are the registry's. */
export interface Breach {
  severity: Severity;
  path: string;
  /** What was found, why it is bad, what to do; it comes to stand behind the target and a colon. */
  message: string;
  /** Default: the blueprint. */
  seenIn?: SeenIn;
}

/** Orders findings by path, then rule, then message. */
export function compareFindings(a: Finding, b: Finding): number {
  return comparePaths(a.path, b.path) || compare(a.rule, b.rule) || compare(a.message, b.message);
}
