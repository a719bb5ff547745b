import type { Argument, Command, Option } from 'commander';
import { listCommands, printEntry } from '../../src/cli/manual/add-manual.ts';
import { ENTRIES } from '../../src/cli/manual/entries.ts';
import { describeRights } from '../../src/cli/manual/entry.ts';

const HEAD = `<!-- Generated from src/cli by \`make generate\`; do not edit. -->

# The program

\`fluxblueprint\` is one program for those who write blueprints, review them and run them, and the operator too. Under the name
\`kubectl-fluxblueprint\` on \`PATH\` it is a plugin: \`kubectl fluxblueprint get\`.

What it finds goes to standard output, everything else to standard error. The exit code is 0, 1 where something failed or was
found, 2 for wrong usage, and 130 after ^C, unless a command says otherwise. There are colours on a terminal only, and none
with \`--no-color\` or \`NO_COLOR\`. The cluster is that of \`--kubeconfig\` and \`--context\`, by default that of kubectl.`;

/** `docs/cli.md`: every command with its arguments and flags, an example and the rights that it needs. */
export function buildCliPage(program: Command): string {
  const commands = listCommands(program);
  const contents = commands.map(
    ({ words, command }) =>
      `| [\`${words}\`](#${words.replaceAll(' ', '-')}) | ${toCell(command.description())} |`,
  );
  const index = ['', '| command | what it does |', '| --- | --- |', ...contents];
  return `${[HEAD, ...index, ...commands.flatMap(describeCommand)].join('\n')}\n`;
}

function describeCommand({ words, command }: { words: string; command: Command }): string[] {
  const help = command.createHelp();
  const { example = '', says = '', rights = '' } = ENTRIES[words] ?? {};
  return [
    '',
    `## ${words}`,
    '',
    toSentence(command.description()),
    '',
    '```sh',
    help.commandUsage(command),
    '```',
    ...table('argument', command.registeredArguments.map(describeArgument)),
    ...table('flag', help.visibleOptions(command).filter(isOwn).map(describeOption)),
    ...notesOf(words, command),
    '',
    `This ${says}:`,
    '',
    '```sh',
    example,
    '```',
    '',
    'Rights:',
    '',
    ...describeRights(rights).map((right) => `- ${right}`),
  ];
}

function table(heading: string, rows: readonly string[]): string[] {
  return rows.length === 0 ? [] : ['', `| ${heading} | meaning |`, '| --- | --- |', ...rows];
}

function describeArgument(argument: Argument): string {
  const meaning = `${toCell(argument.description)}${chosen(argument.argChoices, undefined)}`;
  return `| \`${argument.name()}\` | ${meaning} |`;
}

function isOwn({ long }: Option): boolean {
  return long !== '--help';
}

function describeOption({
  flags,
  description,
  argChoices,
  defaultValue,
  defaultValueDescription,
  negate,
}: Option): string {
  const value = defaultValue as string | number | boolean | undefined;
  const byDefault = negate || value === false ? undefined : (defaultValueDescription ?? value);
  return `| \`${flags}\` | ${toCell(description)}${chosen(argChoices, byDefault)} |`;
}

function chosen(
  choices: readonly string[] | undefined,
  byDefault: string | number | boolean | undefined,
): string {
  const parts = [
    ...(choices === undefined ? [] : [`one of ${choices.map((choice) => `\`${choice}\``).join(', ')}`]),
    ...(byDefault === undefined ? [] : [`by default \`${String(byDefault)}\``]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}

/** What the help says behind the flags, without the example and the rights. */
function notesOf(words: string, command: Command): string[] {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();
  const entry = ENTRIES[words];
  const after = help
    .slice(command.helpInformation().length)
    .replace(entry === undefined ? '' : printEntry(entry), '')
    .trim();
  return after === '' ? [] : ['', '```text', after, '```'];
}

function toCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '\\<').replaceAll('\n', ' ');
}

function toSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
