import type { KubeObject, ObjectRef } from '../../../api/object.ts';
import type { AntiPattern } from '../../../api/schema/policy.ts';
import type { Blueprint } from '../../../api/schema/blueprint.ts';
import type { DesiredState } from '../../objects/desired.ts';
import type { Breach } from './finding.ts';

/** What is known of the cluster. `undefined` is never an answer that something is missing: it is not known. */
export interface Observed {
  /** The object as the cluster holds it. Asked of what is generated, of the blueprint, and of sources that others make. */
  live: (ref: ObjectRef) => KubeObject | undefined;
  /** Whether an object is there. */
  exists: (kind: ReferencedKind, namespace: string, name: string) => boolean | undefined;
  /** The keys of a Secret's or ConfigMap's data. */
  keysOf?: (kind: 'Secret' | 'ConfigMap', namespace: string, name: string) => readonly string[] | undefined;
  /** How Flux failed of late to deliver an alert, in its words. Asked of alerts that are generated. */
  undelivered?: (alert: ObjectRef) => string | undefined;
  /** Since when `spec.suspend` is true, as RFC 3339. Asked of the blueprint and of what is generated. */
  suspendedSince?: (ref: ObjectRef) => string | undefined;
  /**
   * The field managers, other than the operator's own, that own a field which the object's manifest sets: not those
   * of its status, its finalizers, or fields that nobody asked for (`suspend`, `requestedAt`).
   */
  otherManagers?: (ref: ObjectRef, manifest: KubeObject) => readonly string[];
}

/** Kinds that generated objects refer to and that the blueprint does not generate. */
export type ReferencedKind = 'Secret' | 'ConfigMap' | 'ServiceAccount' | 'Provider';

/** What is judged. */
export interface LintInput {
  /** The blueprint as it was written. */
  blueprint: Blueprint;
  /** What it compiled to. */
  desired: DesiredState;
  /** What is known of the cluster; without it, only what the blueprint itself says is judged. */
  observed?: Observed;
  /** The present, as RFC 3339. */
  now?: string;
}

/** One rule of good practice. */
export interface LintRule {
  id: AntiPattern;
  /** Finds every breach. What several objects inherit may be told once for each: the same finding counts once. */
  find: (input: LintInput) => readonly Breach[];
}
