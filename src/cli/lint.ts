import { Command, Option } from 'commander';
import type { InputArgument } from '../core/input/input-argument.ts';
import { namespaceOptions } from './input/namespace.ts';
import { createInputArgument } from './input/read-inputs.ts';
import type { LintOptions } from './lint-options.ts';
import type { Streams } from './terminal/streams.ts';

/**
 * The command `lint FILE...`, which says what is wrong with blueprints, and where. It checks what `render` checks.
 *
 * @param version the version of the program
 */
export function createLintCommand(streams: Streams, version: string): Command {
  const command = new Command('lint')
    .description('say what is wrong with blueprints, and what is bad practice, by file, line and column')
    .addArgument(createInputArgument())
    .addOption(
      new Option('-o, --output <format>', 'output format; github annotates a pull request in GitHub Actions')
        .choices(['text', 'json', 'yaml', 'sarif', 'github'])
        .default('text'),
    )
    .addOption(
      new Option(
        '--fail-on <severity>',
        'least severity that makes the exit code 1; what is less is only printed',
      )
        .choices(['error', 'warning', 'info'])
        .default('error'),
    )
    .option('--no-color', 'no colours, as with NO_COLOR; without a terminal there are none')
    .addHelpText('after', `\n${EXIT_CODES}`)
    .action(async (inputs: InputArgument[], options: LintOptions) => {
      // The reports are loaded by whoever lints, and not by every command.
      const { runLint } = await import('./run-lint.ts');
      await runLint(inputs, options, { command, streams, version });
    });
  for (const option of namespaceOptions()) command.addOption(option);
  return command;
}

const EXIT_CODES = `Exit codes: 0 if nothing was found, or nothing as severe as --fail-on says; 1 if something was; 2 if the
usage is wrong, or an input cannot be read. What the operator refuses is an error; bad practice is a warning, or an error
where the blueprint has policy.antiPatterns: Enforce. Blueprints of one file are taken to be for one cluster.`;
