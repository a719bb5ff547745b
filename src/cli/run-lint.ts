import type { Command } from 'commander';
import type { InputArgument } from '../core/input/input-argument.ts';
import { printGitHub } from '../core/report/github.ts';
import { printJson, printYaml } from '../core/report/json.ts';
import { type Report, type Reviewed, type Unread, createReport, exitCodeOf } from '../core/report/report.ts';
import { printSarif } from '../core/report/sarif.ts';
import { printSummary, printText } from '../core/report/text.ts';
import { review } from '../core/review/review.ts';
import { explainError } from './input/failure.ts';
import { placeBlueprints } from './input/namespace.ts';
import { type ReadInputs, readInputs } from './input/read-inputs.ts';
import type { LintOptions } from './lint-options.ts';
import { createPaint, wantsColor } from './terminal/paint.ts';
import { ExitError, type Streams } from './terminal/streams.ts';

/** What `lint` works with. */
interface LintContext {
  command: Command;
  streams: Streams;
  version: string;
}

/** Runs the command `lint`. Throws {@link ExitError} unless its exit code is 0. */
export async function runLint(
  inputs: readonly InputArgument[],
  options: LintOptions,
  { command, streams, version }: LintContext,
): Promise<void> {
  const read = await readInputs(inputs, { command, locate: true }, streams);
  const report = createReport(
    read.problems.filter(isFinding),
    await reviewAll(read, options, streams),
    unreadOf(read),
  );
  print(report, options, { streams, version });
  const code = exitCodeOf(report, options.failOn);
  if (code !== 0) throw new ExitError(code);
}

/** Whether a problem is one of the input's content. An input without a blueprint is most likely the wrong one. */
function isFinding({ rule }: { rule: string }): boolean {
  return rule !== 'no-blueprint';
}

function unreadOf({ failures, problems }: ReadInputs): Unread[] {
  return [
    ...failures.map(({ input, why }) => ({ input, message: `cannot be read: ${why}` })),
    ...problems.filter((problem) => !isFinding(problem)),
  ];
}

/** Reviews the blueprints of each input for itself: a repository may hold those of several clusters. */
async function reviewAll(
  { blueprints }: ReadInputs,
  options: LintOptions,
  streams: Streams,
): Promise<Reviewed[]> {
  const placed = await placeBlueprints(blueprints, options, streams).catch((error: unknown) => {
    streams.err(`error: ${explainError(error)}\n`);
    throw new ExitError(2);
  });
  const groups = Map.groupBy(blueprints.keys(), (i) => blueprints[i]?.input);
  return [...groups.values()].flatMap((group) => {
    const reviews = review(group.map((i) => placed[i]));
    return group.flatMap((i, k) => {
      const [blueprint, found] = [blueprints[i], reviews[k]];
      return blueprint === undefined || found === undefined ? [] : [{ blueprint, review: found }];
    });
  });
}

function print(
  report: Report,
  { output, color }: LintOptions,
  { streams, version }: { streams: Streams; version: string },
): void {
  if (output === 'github') {
    streams.out(printGitHub(report));
    return;
  }
  for (const { input, message } of report.unread) streams.err(`error: ${input}: ${message}\n`);
  if (output === 'text') printForPeople(report, color, streams);
  else if (output === 'sarif') streams.out(printSarif(report, version));
  else streams.out(output === 'json' ? printJson(report) : printYaml(report));
}

function printForPeople(report: Report, color: boolean, streams: Streams): void {
  const { stdout, stderr } = streams.terminals();
  const paint = createPaint(color && wantsColor(stdout, streams.env));
  streams.out(printText(report, { columns: stdout.columns, paint }));
  // Not on standard output, where other programs read what was found.
  const summaryPaint = createPaint(color && wantsColor(stderr, streams.env));
  if (report.unread.length === 0 || report.blueprints > 0)
    streams.err(printSummary(report, { paint: summaryPaint }));
}
