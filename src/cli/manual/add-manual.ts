import type { Command } from 'commander';
import { ENTRIES } from './entries.ts';
import { type Entry, describeRights } from './entry.ts';

/** The commands that people call, by their words (`sops keygen`), in the order of the help. Groups of them are none. */
export function listCommands(program: Command, before = ''): { words: string; command: Command }[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => {
      const words = `${before}${command.name()}`;
      return command.commands.length > 0 ? listCommands(command, `${words} `) : [{ words, command }];
    });
}

/** Ends the help of every command with its example and its rights. */
export function addManual(program: Command): void {
  for (const { words, command } of listCommands(program)) {
    const entry = ENTRIES[words];
    if (entry !== undefined) command.addHelpText('after', () => printEntry(entry));
  }
}

/** What the help of a command ends in. */
export function printEntry({ example, says, rights }: Entry): string {
  const needs = describeRights(rights).map((right) => `  ${right}`);
  return `\nExample, which ${says}:\n  ${example}\n\nRights:\n${needs.join('\n')}`;
}
