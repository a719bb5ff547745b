/**
 * `new`: writes a repository to start from. What is in it is `core/scaffold`'s; here it is written, and nothing over
 * anything. Begin here.
 */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { ALERTS, LAYOUTS } from '../../core/scaffold/choice.ts';
import type { Streams } from '../terminal/streams.ts';
import type { NewOptions } from './options.ts';

/** The command `new FOLDER`. */
export function createNewCommand(streams: Streams): Command {
  const command = new Command('new')
    .description('write a repository to start from, with a line on what each file is for')
    .addArgument(new Argument('<folder>', 'folder to write into; nothing in it is written over'))
    .addOption(
      new Option('--layout <layout>', 'one repository, one for each concern, or a single component')
        .choices(LAYOUTS)
        .default('monorepo'),
    )
    .option(
      '--environments <names>',
      'environments in the order in which a change reaches them: staging,production',
      readNames,
      [],
    )
    .option(
      '--tenants <names>',
      'tenants, each with a namespace and an account of its own, separated by commas',
      readNames,
      [],
    )
    .option('--sops [key]', 'secrets in Git by SOPS, to this public key of age; without one it is made later')
    .addOption(new Option('--alerts <provider>', 'send alerts').choices(ALERTS))
    .action(async (folder: string, options: NewOptions) => {
      const { writeRepository } = await import('./write-repository.ts');
      await writeRepository(folder, options, { command, streams });
    });
  return command;
}

function readNames(text: string, before: readonly string[]): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('It takes names with commas between them.');
  return [...before, ...names];
}
