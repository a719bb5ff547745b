/**
 * The compile phase: from the spec to the desired state. It may look whether the account exists, ask the cluster what
 * lint needs to know, and make the age key pair; it writes nothing else. Begin with {@link compileBlueprint}.
 */
import { compileIfCheap } from '../../core/compile/compile.ts';
import type { DesiredObject } from '../../core/objects/desired.ts';
import type { Compilation, CompileResult } from '../memory/compile-cache.ts';
import { type Phase, endWith, proceed } from '../context/ending.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { refuse } from '../context/refuse.ts';
import { isLintEnforced, lintBlueprint } from '../lint/lint-blueprint.ts';
import { ensureAgeKey } from './age-key.ts';
import { compileApart, failCompile } from './compile-apart.ts';
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
  const first = compile(context, suspended, progress.status?.ageRecipient);
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
  return compile(context, suspended, recipient);
}

/** Compiles a blueprint at once where it is small, and in another process otherwise; or answers from memory. */
function compile(
  context: ReconcileContext,
  suspended: boolean,
  ageRecipient: string | undefined,
): Phase<Compilation> {
  const { blueprint, memory, deps } = context;
  const { compiled, apart } = memory;
  const { cache, settings } = deps;
  const releaseNames = findReleaseNames(context);
  const input = compiled.contextFor({
    base: cache.context(),
    settings,
    ageRecipient,
    suspended,
    releaseNames,
  });
  // Before anything else, because the compiler waits until its verdict is taken.
  const verdict = apart.take({ blueprint, context: input });
  const known = compiled.recall(blueprint, input);
  if (known !== undefined) return conclude(context, known);
  if (verdict?.kind === 'failed') return endWith(failCompile(context, verdict.why));
  const isKnown = (object: DesiredObject): boolean => compiled.isKnown(object);
  const cheap = apart.isLarge(blueprint) ? undefined : compileIfCheap(blueprint, input, isKnown);
  const fresh = verdict?.compiled ?? cheap;
  if (fresh === undefined) return endWith(compileApart(context, input));
  return conclude(context, compiled.record(blueprint, input, fresh));
}

function conclude(context: ReconcileContext, result: CompileResult): Phase<Compilation> {
  return result.ok ? proceed(result) : endWith(refuse(context, result.problems));
}
