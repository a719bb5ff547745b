import type { InputArgument } from '../../core/input/input-argument.ts';
import { explainError } from '../input/failure.ts';
import { readInputs } from '../input/read-inputs.ts';
import { layoutFor } from '../session/paint.ts';
import { ExitError } from '../terminal/streams.ts';
import {
  type DiffContext,
  type DiffOptions,
  FAILED,
  endWith,
  printAs,
  refuseUnread,
} from './diff-context.ts';

/** Runs the command `diff`. Throws {@link ExitError} unless nothing differs. */
export async function runDiff(
  inputs: readonly InputArgument[],
  options: DiffOptions,
  context: DiffContext,
): Promise<void> {
  const { streams } = context;
  try {
    if (options.against === undefined) {
      const read = await readInputs(inputs, { command: context.command, locate: false }, streams);
      refuseUnread(read, streams);
      const { diffWithCluster } = await import('./cluster-diff.ts');
      await diffWithCluster(read.blueprints, options, context);
    } else {
      const { diffOffline } = await import('./offline-diff.ts');
      const diffs = await diffOffline(inputs, options.against, options, context);
      const layout = layoutFor(streams.terminals().stdout, options.color, streams.env);
      streams.out(printAs(diffs, options.output, layout));
      endWith(diffs);
    }
  } catch (error) {
    if (error instanceof ExitError || (error instanceof Error && error.name === 'CommanderError'))
      throw error;
    streams.err(`error: ${explainError(error)}\n`);
    throw new ExitError(FAILED);
  }
}
