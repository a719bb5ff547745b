/**
 * What the operator would say of blueprints without a cluster: the problems for which it refuses them, alone and beside
 * each other, and the findings of good practice. The commands print it. Begin with {@link review}.
 */
import type { KubeObject, ObjectRef } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import { checkTogether } from '../compile/check-together.ts';
import { compile } from '../compile/compile.ts';
import { type CompileContext, offlineContext } from '../compile/model/context.ts';
import { usualOwnRights } from '../compile/model/own-rights.ts';
import { type Finding, type Severity, lint } from '../lint/lint.ts';
import type { DesiredState } from '../objects/desired.ts';
import type { BlueprintKey } from '../objects/ownership.ts';
import type { Deployment } from '../releases/deployment.ts';
import type { Deployments } from '../releases/deployments.ts';
import { findLiveNames } from '../releases/live-names.ts';
import { LiveObjects } from '../releases/live-objects.ts';
import type { Problem } from '../validation/problem.ts';
import { textAt } from '../values/json.ts';

/** A problem, or a finding. */
export interface Comment extends Problem {
  severity: Severity;
  /** Whether the operator refuses the blueprint for it. */
  refuses: boolean;
}

/** What there is to say of a blueprint. */
export interface Review {
  key: BlueprintKey;
  /** What it becomes; undefined if it cannot be compiled. */
  desired: DesiredState | undefined;
  /** First what refuses it, then the others; each in the order of paths. */
  comments: readonly Comment[];
}

/**
 * Reviews blueprints that are to be in one cluster.
 *
 * @param blueprints parsed values of any kind, each with its namespace
 * @param live what is in the cluster. Default: nothing is known of it
 * @param contextOf what the compiler must know for a blueprint. Default: that of Flux 2.9, without a cluster
 * @returns a review for each, in the same order
 */
export function review(
  blueprints: readonly unknown[],
  live = new LiveObjects(),
  contextOf: ContextOf = offlineContextOf,
): Review[] {
  const drafts = blueprints.map((blueprint) => compileOne(blueprint, live, contextOf));
  const compiled = drafts.filter((draft) => draft.desired !== undefined) as Compiled[];
  const together = checkTogether(compiled);
  const deployments = live.deploymentsWith(
    compiled.map(({ key }) => key),
    compiled.flatMap(manifestsOf),
  );
  const shared = new Map(compiled.map((draft, i) => [draft as Draft, together[i] ?? []]));
  return drafts.map((draft) => ({
    key: draft.key,
    desired: draft.desired,
    comments: [
      ...[...draft.problems, ...(shared.get(draft) ?? [])].map(toComment),
      ...(draft.desired === undefined ? [] : lintOne(draft as Compiled, live, deployments)),
    ],
  }));
}

/** Answers what the compiler must know for a blueprint, beside the names of releases. */
export type ContextOf = (key: BlueprintKey) => CompileContext;

/** The context without a cluster. The namespace of Flux is an admin's, as `config/default` has it. */
function offlineContextOf({ namespace }: BlueprintKey): CompileContext {
  return { ...offlineContext(), ownRights: usualOwnRights(namespace) };
}

interface Draft {
  key: BlueprintKey;
  blueprint: unknown;
  desired: DesiredState | undefined;
  problems: readonly Problem[];
}

interface Compiled extends Draft {
  blueprint: Blueprint;
  desired: DesiredState;
}

function compileOne(blueprint: unknown, live: LiveObjects, contextOf: ContextOf): Draft {
  const key = keyOf(blueprint);
  const releaseNames = findLiveNames(live.ownedBy(key));
  const compiled = compile(blueprint, { ...contextOf(key), releaseNames });
  return compiled.ok
    ? { key, blueprint, desired: compiled.desired, problems: [] }
    : { key, blueprint, desired: undefined, problems: compiled.problems };
}

/** The namespace and name of a value that may be a blueprint; empty where it has none. */
export function keyOf(blueprint: unknown): BlueprintKey {
  const read = (field: string): string => textAt(blueprint, ['metadata', field]) ?? '';
  return { namespace: read('namespace'), name: read('name') };
}

function keyOfFinding({ rule, path, message, severity }: Finding): string {
  return [rule, severity, path, message].join('\n');
}

/** The objects that a blueprint becomes, in the order in which they are applied. */
export function manifestsOf({ desired }: { desired: DesiredState | undefined }): KubeObject[] {
  return (desired?.objects ?? []).map(({ manifest }) => manifest);
}

function toComment(problem: Problem): Comment {
  return { ...problem, severity: 'error', refuses: true };
}

function lintOne(compiled: Compiled, live: LiveObjects, deployments: Deployments): Comment[] {
  const { key, blueprint, desired } = compiled;
  const observed = {
    live: (ref: ObjectRef) => live.find(key, ref),
    exists: () => undefined,
    otherDeployer: (ref: ObjectRef, deployment: Deployment) => deployments.find(key, ref, deployment),
  };
  const { findings, refused } = lint({ blueprint, desired, observed });
  const comment = (finding: Finding, refuses: boolean): Comment => {
    const { rule, path, message, severity } = finding;
    return { rule, path, message, severity, refuses };
  };
  // A finding that refuses stands in both lists, each with a copy of its own.
  const refusing = new Set(refused.map(keyOfFinding));
  const others = findings.filter((finding) => !refusing.has(keyOfFinding(finding)));
  return [
    ...refused.map((finding) => comment(finding, true)),
    ...others.map((finding) => comment(finding, false)),
  ];
}
