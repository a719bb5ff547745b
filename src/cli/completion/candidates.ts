import type { Argument, Command, Option } from 'commander';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { ClusterAccess } from '../session/access.ts';
import { BLUEPRINTS, blueprintRef } from '../session/find-blueprint.ts';
import { isHidden } from './hidden.ts';
import type { Line } from './read-line.ts';
import type { CompletionTools } from './tools.ts';

/** A word that may stand somewhere. */
export interface Candidate {
  value: string;
  description?: string | undefined;
}

/** What may stand in a place. */
export interface Candidates {
  candidates: readonly Candidate[];
  /** Whether the names of files may stand there. */
  takesFiles: boolean;
}

/** How long the cluster may take to answer, in milliseconds. Somebody is typing. */
const PATIENCE_MS = 3_000;

/** What may stand in the place of the word that is being typed. Where the cluster cannot be asked, it is left out. */
export async function candidatesOf(line: Line, tools: CompletionTools): Promise<Candidates> {
  if (line.flag !== undefined) return valuesOf(line.flag, line, tools);
  if (line.takesFlags && line.typed.startsWith('-'))
    return { candidates: listFlags(line.command), takesFiles: false };
  const commands = line.operands.length === 0 ? listCommands(line.command) : [];
  const argument = argumentAt(line);
  if (argument === undefined) return { candidates: commands, takesFiles: false };
  const found = await valuesOf(argument, line, tools);
  return { ...found, candidates: [...commands, ...found.candidates] };
}

function listFlags(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, short, description }) => ({ value: long ?? short ?? '', description }));
}

function listCommands(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((below) => !isHidden(below))
    .map((below) => ({ value: below.name(), description: below.description() }));
}

function argumentAt({ command, operands }: Line): Argument | undefined {
  const { registeredArguments: known } = command;
  const last = known.at(-1);
  return known[operands.length] ?? (last?.variadic === true ? last : undefined);
}

/** The values of a flag or an argument: those that it chooses from, else what its name says: `<file|name>`. */
async function valuesOf(place: Option | Argument, line: Line, tools: CompletionTools): Promise<Candidates> {
  if (place.argChoices !== undefined)
    return { candidates: place.argChoices.map((value) => ({ value })), takesFiles: false };
  const words = wordsOf(place);
  const takesFiles = ['file', 'files', 'path', 'folder', 'dir', 'repository'].some((word) => words.has(word));
  const source = SOURCES.find(({ fits }) => fits(words, 'flags' in place));
  const names = source === undefined ? [] : await source.list(line, tools).catch(() => []);
  return { candidates: names.map((value) => ({ value })), takesFiles };
}

function wordsOf(place: Option | Argument): ReadonlySet<string> {
  const text = 'flags' in place ? place.flags.replace(/^-\w,/, '') : place.name();
  return new Set(text.toLowerCase().match(/[a-z]+/g));
}

/** A list of names by which places are filled whose names have these words. */
interface Source {
  fits: (words: ReadonlySet<string>, isFlag: boolean) => boolean;
  list: (line: Line, tools: CompletionTools) => Promise<readonly string[]>;
}

const SOURCES: readonly Source[] = [
  {
    fits: (words) => words.has('context'),
    list: ({ values }, tools) => tools.contexts(values.get('--kubeconfig')),
  },
  {
    fits: (words) => words.has('namespace'),
    list: (line, tools) =>
      ask(line, tools, (access) =>
        access.list({ apiVersion: 'v1', kind: 'Namespace' }, {}, ({ metadata }) => metadata.name),
      ),
  },
  { fits: (words) => words.has('layer'), list: (line, tools) => listItems('layers', line, tools) },
  {
    fits: (words) => words.has('env') || words.has('environment'),
    list: (line, tools) => listItems('environments', line, tools),
  },
  {
    fits: (words, isFlag) => words.has('name') && !isFlag,
    list: (line, tools) =>
      ask(line, tools, (access, namespace) =>
        access.list(BLUEPRINTS, { namespace }, ({ metadata }) => metadata.name),
      ),
  },
];

/** The names of the layers or environments of the blueprint that the line names. */
function listItems(
  field: 'layers' | 'environments',
  line: Line,
  tools: CompletionTools,
): Promise<readonly string[]> {
  const [name] = line.operands;
  if (name === undefined) return Promise.resolve([]);
  return ask(line, tools, async (access, namespace) => {
    const found = await access.get(blueprintRef({ namespace }, name));
    const { spec } = (found ?? { spec: {} }) as unknown as Blueprint;
    return (spec[field] ?? []).map((item) => item.name);
  });
}

/** Asks the cluster that the flags of the line choose. */
async function ask(
  { values }: Line,
  tools: CompletionTools,
  look: (access: ClusterAccess, namespace: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const choice = { kubeconfig: values.get('--kubeconfig'), context: values.get('--context') };
  const access = await tools.connect(choice, AbortSignal.timeout(PATIENCE_MS));
  try {
    return await look(access, values.get('--namespace') ?? access.namespace);
  } finally {
    await access.close();
  }
}
