/**
 * Lint in the operator: runs the rules of `core/lint` over a blueprint and over what the cluster says of it, no more
 * often than it takes. It writes nothing. Begin with {@link lintBlueprint}.
 */
import { KIND } from '../../api/names.ts';
import { type KubeObject, objectId } from '../../api/object.ts';
import {
  type Enforcement,
  type PolicyResult,
  type Observed,
  enforcementOf,
  lint,
} from '../../core/lint/lint.ts';
import { type LookupSubject, lookupKey } from '../../core/lint/lookup.ts';
import { isAutomaticManager } from '../../core/adoption/find-parent.ts';
import type { DesiredState } from '../../core/objects/desired.ts';
import { findOtherManagers, findSuspendedSince } from '../../core/objects/managed-fields.ts';
import type { Problem } from '../../core/validation/problem.ts';
import { equalJson } from '../../core/values/json.ts';
import { defaultAccountIn } from '../memory/compile-cache.ts';
import type { LintMemory, LintResult, Reported } from '../memory/lint-memory.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { generatedObject } from '../observe/live-object.ts';
import { refreshLookups } from './lookups.ts';
import { findOtherDeployers } from './other-deployers.ts';
import { findParents, refreshParents } from './parents.ts';
import { keepRenamed } from './renamed-releases.ts';
import { findUndelivered } from './undelivered-alerts.ts';

/** How often an unchanged blueprint is linted, in milliseconds. */
const LINT_EVERY_MS = 60_000;

/**
 * Lints a blueprint where it was not linted in this reconcile. Where findings refuse nothing, no phase waits for them.
 */
export async function ensureLinted(context: ReconcileContext, desired: DesiredState): Promise<void> {
  if (context.progress.findings === undefined) await lintBlueprint(context, desired);
}

/** Lints a blueprint and what it refers to, and answers the findings that refuse it. */
export async function lintBlueprint(
  context: ReconcileContext,
  desired: DesiredState,
): Promise<readonly Problem[]> {
  const { findings, refused } = await findOrRecall(context, desired);
  context.progress.findings = keepRenamed(context, findings);
  return refused;
}

/** Whether findings refuse a blueprint. */
export function isLintEnforced(context: ReconcileContext): boolean {
  return enforcementFor(context) === 'Enforce';
}

function enforcementFor({ blueprint, deps }: ReconcileContext): Enforcement {
  return enforcementOf(blueprint.spec.policy, deps.settings.antiPatterns);
}

/**
 * Runs the rules when the blueprint changes, when a reconcile is requested, once a minute otherwise, and soon again for
 * what is missing; in between it answers from memory.
 */
async function findOrRecall(context: ReconcileContext, desired: DesiredState): Promise<LintResult> {
  if (enforcementFor(context) === 'Disabled') return { findings: [], refused: [] };
  const { memory, deps } = context;
  const at = deps.clock.monotonic();
  await refreshParents(context);
  const reported = {
    undelivered: findUndelivered(context, desired),
    deployers: findOtherDeployers(context, desired),
    parents: findParents(context, desired),
  };
  const last = recall(context, reported);
  const first = last ?? runRules(context, desired, reported);
  const { asked } = first;
  const looked = await refreshLookups(context, asked, last === undefined);
  if (last !== undefined && !looked && at - last.at < LINT_EVERY_MS) return last.result;
  // The rules run again over what the lookups brought.
  const again = looked || last !== undefined;
  const { result } = again ? runRules(context, desired, reported) : first;
  memory.lint.last = { version: memory.compiled.version, reported, at, asked, result };
  return result;
}

/** The last result, where the blueprint is the same and no reconcile is requested. */
function recall({ memory, requested }: ReconcileContext, reported: Reported): LintMemory['last'] {
  const { last } = memory.lint;
  if (requested || last?.version !== memory.compiled.version) return undefined;
  return isSameReport(reported, last.reported) ? last : undefined;
}

function isSameReport(a: Reported, b: Reported): boolean {
  const values = ({ undelivered, deployers, parents }: Reported): unknown =>
    [undelivered, deployers, parents].map((each) => [...each]);
  return equalJson(values(a), values(b));
}

function toResult({ findings, refused }: PolicyResult): LintResult {
  return { findings, refused: refused.map(({ rule, path, message }) => ({ rule, path, message })) };
}

/** The most objects of others that one blueprint has the cluster asked about; of what is beyond, nothing is known. */
const MAX_LOOKUPS = 2000;

/** Runs the rules, and answers what they asked about. */
function runRules(
  context: ReconcileContext,
  desired: DesiredState,
  reported: Reported,
): { result: LintResult; asked: LookupSubject[] } {
  const asked = new Map<string, LookupSubject>();
  const observed = observeFor(context, reported, asked);
  const now = new Date(context.deps.clock.now()).toISOString();
  const { blueprint, key, deps } = context;
  const { antiPatterns } = deps.settings;
  const defaultAccount = defaultAccountIn(key.namespace, deps.settings);
  const result = toResult(lint({ blueprint, desired, observed, defaultAccount, now }, antiPatterns));
  return { result, asked: [...asked.values()] };
}

/**
 * What the rules may ask about the cluster: of live objects only ours, and of others only what `lookups.ts` may ask.
 * Each object that they ask for is put into `asked`.
 */
function observeFor(
  context: ReconcileContext,
  { undelivered, deployers, parents }: Reported,
  asked: Map<string, LookupSubject>,
): Observed {
  const { lookups } = context.memory.lint;
  return {
    live: (ref) => generatedObject(context, ref),
    exists: (kind, namespace, name) => {
      const subject = { kind, namespace, name };
      if (asked.size < MAX_LOOKUPS) asked.set(lookupKey(subject), subject);
      return lookups.get(lookupKey(subject))?.exists;
    },
    keysOf: (kind, namespace, name) => lookups.get(lookupKey({ kind, namespace, name }))?.keys,
    otherDeployer: (ref) => deployers.get(objectId(ref)),
    parent: (ref) => parents.get(objectId(ref)),
    undelivered: (alert) => undelivered.get(objectId(alert)),
    suspendedSince: (ref) => {
      const found = ref.kind === KIND ? blueprintObject(context) : generatedObject(context, ref);
      return found === undefined ? undefined : findSuspendedSince(found);
    },
    otherManagers: (ref, manifest) => {
      const found = generatedObject(context, ref);
      const managers = found === undefined ? [] : findOtherManagers(manifest, found);
      return parents.has(objectId(ref)) ? managers.filter((one) => !isAutomaticManager(one)) : managers;
    },
  };
}

function blueprintObject({ blueprint }: ReconcileContext): KubeObject {
  return blueprint as unknown as KubeObject;
}
