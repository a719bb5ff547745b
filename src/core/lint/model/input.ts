/**
 * What the rules of good practice read (`input.ts`) and report (`finding.ts`), and how they go through the generated
 * objects (`check-each.ts`) and read their specs (`spec-field.ts`). Nothing here knows any single rule. Start with
 * {@link LintRule}.
 */

import type { KubeObject, ObjectRef } from '../../../api/object.ts';
import type { AntiPattern } from '../../../api/schema/policy.ts';
import type { Blueprint } from '../../../api/schema/blueprint.ts';
import type { Parent } from '../../adoption/find-parent.ts';
import type { DesiredState } from '../../objects/desired.ts';
import type { Deployment } from '../../releases/deployment.ts';
import type { Deployer } from '../../releases/deployments.ts';
import type { ReportBreach } from './finding.ts';

/** What is known about the cluster. Functions return undefined if they do not know, never for what is missing. */
export interface Observed {
  /** Reads a live object that this blueprint generated. Undefined for any other. */
  live: (ref: ObjectRef) => KubeObject | undefined;
  /** Whether an object exists. */
  exists: (kind: ReferencedKind, namespace: string, name: string) => boolean | undefined;
  /** Returns the keys of a Secret's or ConfigMap's data. */
  keysOf?: (kind: 'Secret' | 'ConfigMap', namespace: string, name: string) => readonly string[] | undefined;
  /**
   * Returns an object that deploys what an object of this blueprint deploys, to the same place: one that another
   * blueprint of the same namespace made, or that nobody made in this namespace. Of other namespaces nothing is ever
   * told.
   */
  otherDeployer?: (ref: ObjectRef, deployment: Deployment) => Deployer | undefined;
  /** Returns who applies a generated object too by itself, and in words where: its source and path. */
  parent?: (ref: ObjectRef) => { parent: Parent; place?: string | undefined } | undefined;
  /** Returns Flux's message about a recent failure to deliver a generated alert. */
  undelivered?: (alert: ObjectRef) => string | undefined;
  /** Returns since when `spec.suspend` of the blueprint or a generated object is true, as RFC 3339. */
  suspendedSince?: (ref: ObjectRef) => string | undefined;
  /**
   * Returns the field managers, other than the operator's own, of fields that the object's manifest sets. Managers of
   * its status, its finalizers, or fields that the manifest does not set (`suspend`, `requestedAt`) do not count.
   */
  otherManagers?: (ref: ObjectRef, manifest: KubeObject) => readonly string[];
}

/** Kinds that generated objects refer to and that others make. */
export type ReferencedKind = 'Secret' | 'ConfigMap' | 'ServiceAccount' | 'Provider';

/** What the rules check. */
export interface LintInput {
  /** The blueprint as it was written. */
  blueprint: Blueprint;
  /** What the blueprint compiled to. */
  desired: DesiredState;
  /** What is known about the cluster. Without it, rules check only the blueprint itself. */
  observed?: Observed;
  /** The account that the operator writes as for blueprints that name none. Default: none. */
  defaultAccount?: string | undefined;
  /** The current time, as RFC 3339. */
  now?: string;
}

/** One rule of good practice. To add one, write a file in `rules/`, list it in `rules/index.ts` and test it. */
export interface LintRule {
  id: AntiPattern;
  /**
   * Whether the rule finds less, or nothing, without a cluster, so that an exception from it is not reported as unused.
   * Default: false.
   */
  needsCluster?: boolean;
  /**
   * Reports every breach. A rule may report what several objects inherit once for each; equal findings are merged. The
   * time it takes is linear in the desired state.
   */
  find: (input: LintInput, report: ReportBreach) => void;
}
