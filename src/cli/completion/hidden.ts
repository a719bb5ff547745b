import type { Command } from 'commander';

/** Whether a command is no one's to call, but the shell's. */
export function isHidden(command: Command): boolean {
  return command.name().startsWith('__');
}
