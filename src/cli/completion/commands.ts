/**
 * The completion of the shell: the command that prints the script (`scripts.ts`), and the hidden one that the script
 * asks at every tab. It reads what may follow from commander's own data (`read-line.ts`), and names from the cluster
 * (`candidates.ts`). It fails silently, and soon: somebody is typing. Begin here.
 */
import { Argument, Command } from 'commander';
import { SHELLS, type Shell } from './shells.ts';
import type { CompletionTools } from './tools.ts';

const HOW = `Load it now, and in every shell to come:
  bash        source <(fluxblueprint completion bash)        in ~/.bashrc
  zsh         source <(fluxblueprint completion zsh)         in ~/.zshrc, after compinit
  fish        fluxblueprint completion fish | source         in ~/.config/fish/config.fish
  powershell  fluxblueprint completion powershell | Out-String | Invoke-Expression    in $PROFILE
For kubectl fluxblueprint, put an executable file kubectl_complete-fluxblueprint on PATH:
  #!/bin/sh
  exec fluxblueprint __complete -- "$@"`;

/** The commands of this room. */
export function createCompletionCommands(tools: CompletionTools): Command[] {
  const completion = new Command('completion')
    .description('print the script by which a shell completes commands, flags and names of the cluster')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText('after', `\n${HOW}`)
    .action(async (shell: Shell) => {
      const { SCRIPTS } = await import('./scripts.ts');
      tools.streams.out(SCRIPTS[shell]);
    });
  const complete = new Command('__complete')
    .description('answer what may follow the words of a command line')
    .argument('[words...]', 'the words after the name of the program; the last is being typed')
    .option('--empty', 'the word that is being typed is empty, and not among these')
    .action(async (words: string[], { empty = false }: { empty?: boolean }) => {
      const { completeLine } = await import('./complete-line.ts');
      await completeLine(complete.parent, empty ? [...words, ''] : words, tools);
    });
  return [completion, complete];
}
