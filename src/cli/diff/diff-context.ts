import type { Command } from 'commander';
import { type BlueprintDiff, hasChanges } from '../../core/diff/changes.ts';
import { printDiffData } from '../../core/diff/print-data.ts';
import { printMarkdown } from '../../core/diff/print-markdown.ts';
import { printDiffs } from '../../core/diff/print-text.ts';
import type { Layout } from '../../core/text/layout.ts';
import { describeProblem } from '../../core/validation/problem.ts';
import type { ReadInputs } from '../input/read-inputs.ts';
import type { ClusterFlags } from '../session/flags.ts';
import type { ClusterTools } from '../session/session.ts';
import { ExitError, type Streams } from '../terminal/streams.ts';

/** The values of the flags of `diff`. */
export interface DiffOptions extends ClusterFlags {
  output: 'text' | 'json' | 'yaml' | 'markdown';
  /** A FILE to compare with, or `git:REV`. Default: the cluster. */
  against?: string;
}

/** What `diff` works with. */
export interface DiffContext {
  command: Command;
  streams: Streams;
  tools: ClusterTools;
}

/** The exit code of a failure: 1 says that something differs. */
export const FAILED = 2;

/** Tells what could not be read. Throws where there is such. */
export function refuseUnread({ failures, problems }: Omit<ReadInputs, 'blueprints'>, streams: Streams): void {
  for (const { input, why } of failures) streams.err(`error: ${input} cannot be read: ${why}\n`);
  for (const problem of problems) streams.err(`error: ${problem.input}: ${describeProblem(problem)}\n`);
  if (failures.length + problems.length > 0) throw new ExitError(FAILED);
}

/** Diffs in one of the output formats. */
export function printAs(
  diffs: readonly BlueprintDiff[],
  output: DiffOptions['output'],
  layout: Layout,
): string {
  if (output === 'text') return printDiffs(diffs, layout);
  return output === 'markdown' ? printMarkdown(diffs) : printDiffData(diffs, output);
}

/** Ends the command by its exit code. Throws {@link ExitError} unless it is 0. */
export function endWith(diffs: readonly BlueprintDiff[]): void {
  if (diffs.some(({ refusals }) => refusals.length > 0)) throw new ExitError(FAILED);
  if (hasChanges(diffs)) throw new ExitError(1);
}
