/**
 * The program: all commands under one name. `app` runs it, and the shell's completion and `docs/cli.md` are made of it.
 * Begin here.
 */
import { Command } from 'commander';
import { createAdminCommands } from '../admin/commands.ts';
import { createClusterCommands } from '../cluster/commands.ts';
import { createCompletionCommands } from '../completion/commands.ts';
import { isHidden } from '../completion/hidden.ts';
import type { CompletionTools } from '../completion/tools.ts';
import { createDiffCommand } from '../diff/command.ts';
import { createImportCommand } from '../import/command.ts';
import { createLintCommand } from '../lint.ts';
import { addManual } from '../manual/add-manual.ts';
import { createNewCommand } from '../new/command.ts';
import { type OperatorOptions, createOperatorCommand } from '../operator.ts';
import { createRenderCommand } from '../render.ts';
import { createRolloutCommands } from '../rollout/commands.ts';
import { createSopsCommand } from '../sops/commands.ts';
import type { SopsTools } from '../sops/tools.ts';
import type { Streams } from '../terminal/streams.ts';

/** What the commands run with. */
export interface ProgramTools {
  streams: Streams;
  cluster: CompletionTools;
  ageKeys: SopsTools['ageKeys'];
  runOperator: (options: OperatorOptions) => Promise<void>;
}

/** The program with all its commands. */
export function createProgram(tools: ProgramTools, version: string): Command {
  const { streams, cluster, ageKeys, runOperator } = tools;
  const program = new Command('fluxblueprint')
    .description('one blueprint for a Flux deployment: sources, ordered layers, secrets and alerts')
    .version(version, '-v, --version')
    .showHelpAfterError('(add --help for what there is)')
    .exitOverride();
  const commands = [
    createOperatorCommand(runOperator),
    createRenderCommand(streams),
    createImportCommand(streams, cluster),
    createNewCommand(streams),
    ...createClusterCommands(cluster),
    createLintCommand(streams, version),
    createDiffCommand(streams, cluster),
    ...createRolloutCommands(cluster),
    ...createAdminCommands(cluster, version),
    createSopsCommand({ ...cluster, streams, ageKeys }),
    ...createCompletionCommands(cluster),
  ];
  for (const command of commands) {
    inherit(command, program);
    program.addCommand(command, { hidden: isHidden(command) });
  }
  addManual(program);
  return program;
}

/** Gives a command, and all below it, the settings of the program. */
function inherit(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent);
  for (const below of command.commands) inherit(below, command);
}
