/**
 * The compile phase: from the spec to the desired state. It may look whether the account exists, ask the cluster what
 * lint needs to know, and make the age key pair; it writes nothing else. Begin with {@link compileBlueprint}.
 */
import type { Compilation, CompileResult } from '../memory/compile-cache.ts';
import { type Phase, endWith, proceed } from '../context/ending.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { refuse } from '../context/refuse.ts';
import { isLintEnforced, lintBlueprint } from '../lint/lint-blueprint.ts';
import { ensureAgeKey } from './age-key.ts';
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
  if (!first.ok) return endWith(refuse(context, first.problems));
  const missing = await findMissingAccount(context);
  if (missing !== undefined) return endWith(refuseMissingAccount(context, missing));
  if (isLintEnforced(context)) {
    const refused = await lintBlueprint(context, first.desired);
    if (refused.length > 0) return endWith(refuse(context, refused));
  }
  const recipient = await ensureAgeKey(context);
  progress.ageRecipient = recipient ?? null;
  const compiled = compile(context, suspended, recipient);
  return compiled.ok ? proceed(compiled) : endWith(refuse(context, compiled.problems));
}

function compile(
  { blueprint, memory, deps }: ReconcileContext,
  suspended: boolean,
  ageRecipient: string | undefined,
): CompileResult {
  const { cache, settings } = deps;
  return memory.compiled.compile(blueprint, { base: cache.context(), settings, ageRecipient, suspended });
}
