/**
 * The command `diff`: what applying blueprints would change, against a cluster (`cluster-diff.ts`) or against other
 * files and revisions of Git (`run-diff.ts`). What differs, and how it is printed, is in `core/diff`. Begin here.
 */
import { Command, Option } from 'commander';
import type { InputArgument } from '../../core/input/input-argument.ts';
import { createInputArgument } from '../input/read-inputs.ts';
import { clusterOptions } from '../session/flags.ts';
import type { ClusterTools } from '../session/session.ts';
import type { Streams } from '../terminal/streams.ts';
import type { DiffOptions } from './diff-context.ts';

const EXIT_CODES = `Exit codes: 0 if nothing would change, 1 if something would, 2 for a failure, wrong usage, and what the cluster would
refuse. Gates are not looked at: it is what the blueprint comes to when all are open; see plan for what waits.`;

/** The command `diff FILE...`. */
export function createDiffCommand(streams: Streams, tools: ClusterTools): Command {
  const command = new Command('diff')
    .description(
      'show what applying blueprints would change: objects that are deleted first, then field by field',
    )
    .addArgument(createInputArgument())
    .option(
      '--against <file>',
      'compare with a FILE, or with the same paths of a revision (git:REV), and ask no cluster',
    )
    .addOption(
      new Option('-o, --output <format>', 'output format; markdown is a comment for a pull request')
        .choices(['text', 'json', 'yaml', 'markdown'])
        .default('text'),
    )
    .addHelpText('after', `\n${EXIT_CODES}`)
    .action(async (inputs: InputArgument[], options: DiffOptions) => {
      const { runDiff } = await import('./run-diff.ts');
      await runDiff(inputs, options, { command, streams, tools });
    });
  for (const option of clusterOptions('2m')) command.addOption(option);
  return command;
}
