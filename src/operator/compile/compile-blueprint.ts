/**
 * The compile phase: from the spec to the desired state. It may look whether the account exists, ask the cluster what
 * lint needs to know, and make the age key pair; it writes nothing else. Begin with {@link compileBlueprint}.
 */
import type { Blueprint } from '../../api/schema/blueprint.ts';
import { compileIfCheap } from '../../core/compile/compile.ts';
import type { DesiredObject } from '../../core/objects/desired.ts';
import type { Compilation, CompileInput, CompileResult } from '../memory/compile-cache.ts';
import { type Phase, endWith, proceed } from '../context/ending.ts';
import { readBlueprint } from '../context/read-blueprint.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { refuse } from '../context/refuse.ts';
import { isLintEnforced, lintBlueprint } from '../lint/lint-blueprint.ts';
import { ensureAgeKey } from './age-key.ts';
import { type CompileSubject, compileApart, failCompile } from './compile-apart.ts';
import { findMovedReleases } from './moved-releases.ts';
import { findReleaseNames, renamesReleases } from './release-names.ts';
import { findMissingAccount, refuseMissingAccount } from './service-account.ts';

/**
 * Compiles a blueprint, or refuses it. Compiling comes first: a blueprint that is wrong in itself does not get a key.
 *
 * @param suspended whether Flux is suspended on what the blueprint generates
 */
export async function compileBlueprint(
  context: ReconcileContext,
  suspended: boolean,
): Promise<Phase<Compilation>> {
  const { progress } = context;
  const first = compilePresent(context, suspended, progress.status?.ageRecipient);
  if (!first.ok) return first;
  const missing = await findMissingAccount(context);
  if (missing !== undefined) return endWith(refuseMissingAccount(context, missing));
  if (isLintEnforced(context)) {
    const refused = await lintBlueprint(context, first.value.desired);
    if (refused.length > 0) return endWith(refuse(context, refused));
  } else if (renamesReleases(context, first.value.desired)) {
    // Once it is applied, nothing shows what it was before.
    await lintBlueprint(context, first.value.desired);
  }
  const recipient = await ensureAgeKey(context);
  progress.ageRecipient = recipient ?? null;
  return compilePresent(context, suspended, recipient);
}

/** Compiles the present version of a blueprint. */
function compilePresent(
  context: ReconcileContext,
  suspended: boolean,
  ageRecipient: string | undefined,
): Phase<Compilation> {
  const { blueprint, memory, deps, key, signal } = context;
  const { compiled, apart } = memory;
  const read = async (): Promise<Blueprint | undefined> =>
    (await readBlueprint(deps, key, signal)) as Blueprint | undefined;
  const result = compileVersion(context, { blueprint, compiled, apart, read }, { suspended, ageRecipient });
  if (!result.ok) return result;
  return result.value.ok ? proceed(result.value) : endWith(refuse(context, result.value.problems));
}

/**
 * Compiles one version of a blueprint at once where it is small, and in another process otherwise; or answers from
 * memory. The ending is that of a reconcile which has to wait for that, or for which it failed.
 */
export function compileVersion(
  context: ReconcileContext,
  subject: CompileSubject,
  { suspended, ageRecipient }: Pick<CompileInput, 'suspended' | 'ageRecipient'>,
): Phase<CompileResult> {
  const { cache, settings } = context.deps;
  const { blueprint, compiled, apart } = subject;
  const releaseNames = findReleaseNames(context);
  const movedReleases = findMovedReleases(context);
  const base = cache.context();
  const { namespace } = context.key;
  const inputs = { base, namespace, settings, ageRecipient, suspended, releaseNames, movedReleases };
  const input = compiled.contextFor(inputs);
  // Before anything else, because the compiler waits until its verdict is taken.
  const verdict = apart.take({ blueprint, context: input });
  const known = compiled.recall(blueprint, input);
  if (known !== undefined) return proceed(known);
  if (verdict?.kind === 'failed') return endWith(failCompile(context, verdict.why));
  const isKnown = (object: DesiredObject): boolean => compiled.isKnown(object);
  const cheap = apart.isLarge(blueprint) ? undefined : compileIfCheap(blueprint, input, isKnown);
  const fresh = verdict?.compiled ?? cheap;
  if (fresh === undefined) return endWith(compileApart(context, subject, input));
  return proceed(compiled.record(blueprint, input, fresh));
}
