import type { Progress } from '../progress.ts';

/** One way to get at a folder. */
export interface Way {
  /** Follows the thing's name in a line for people: `from the cache`. */
  name: string;
  /** Answers undefined where this way was not asked for; rejects when it does not work. */
  take(): Promise<{ dir: string } | undefined>;
}

/** Why something failed, in one line. For a failed fetch that is the cause: only the cause says what happened. */
export function describeError(error: unknown): string {
  // No instanceof: under Jest the errors of Node's own modules are of another realm.
  if (typeof error !== 'object' || error === null) return String(error);
  const { errors, cause, message, name } = error as Partial<AggregateError>;
  if (errors !== undefined && errors.length > 0) return describeError(errors[0]);
  if (cause !== undefined) return describeError(cause);
  return message === undefined || message === '' ? (name ?? 'unknown error') : message;
}

/**
 * Takes the first way that works, in order. Prints the way that was taken and why each earlier one failed.
 * Rejects with all the reasons when none works.
 */
export async function takeFirstWay(
  what: string,
  ways: readonly Way[],
  progress: Progress,
): Promise<{ dir: string }> {
  const reasons: string[] = [];
  for (const way of ways) {
    try {
      const found = await way.take();
      if (found === undefined) continue;
      progress.note(`${what}: ${way.name} (${found.dir})`);
      return found;
    } catch (error) {
      const reason = `not ${way.name}: ${describeError(error)}`;
      progress.note(`${what}: ${reason}`);
      reasons.push(`  ${reason}`);
    }
  }
  throw new Error(`${what}: no way worked\n${reasons.join('\n')}`);
}
