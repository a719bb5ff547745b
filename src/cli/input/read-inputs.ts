/**
 * How commands read: files, folders, standard input and revisions in Git, and the namespace of the kubeconfig. What is
 * read means nothing here: the bytes go to `core/input`. Begin with {@link readInputs}.
 */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Argument, type Command, InvalidArgumentError } from 'commander';
import { BlueprintReader, type Inputs, MAX_STREAM_BYTES } from '../../core/input/blueprint-reader.ts';
import {
  type InputArgument,
  nameBelow,
  nameInput,
  parseInputArgument,
} from '../../core/input/input-argument.ts';
import type { Streams } from '../terminal/streams.ts';
import { type Failure, MissingError, explainError } from './failure.ts';

/** What was read, and the inputs that could not be read. */
export interface ReadInputs extends Inputs {
  failures: readonly Failure[];
}

/** The argument FILE... of commands. */
export function createInputArgument(): Argument {
  const argument = new Argument(
    '<file...>',
    'file, folder (all below it), git:REV:PATH, or - for standard input',
  );
  return argument.argParser((text: string, before: InputArgument[] | undefined) => {
    const read = parseInputArgument(text);
    if ('fault' in read) throw new InvalidArgumentError(read.fault);
    return [...(before ?? []), read];
  });
}

/** Reads all blueprints of the arguments. Everything that cannot be read is told, not only the first. */
export async function readInputs(
  inputs: readonly InputArgument[],
  options: { command: Command; locate: boolean },
  streams: Streams,
): Promise<ReadInputs> {
  const { command, locate } = options;
  if (inputs.filter(({ from }) => from === 'stdin').length > 1)
    command.error('error: standard input can be read only once: name - once');
  const reading = new InputReading(new BlueprintReader(locate), streams);
  for (const input of inputs) await reading.read(input);
  return reading.result(inputs);
}

class InputReading {
  readonly #reader: BlueprintReader;
  readonly #streams: Streams;
  readonly #failures: Failure[] = [];
  /** The files that were read, so that none is read twice. */
  readonly #seen = new Set<string>();

  constructor(reader: BlueprintReader, streams: Streams) {
    this.#reader = reader;
    this.#streams = streams;
  }

  async read(input: InputArgument): Promise<void> {
    const name = nameInput(input);
    try {
      if (input.from === 'git') await this.#readGit(name, input);
      else if (input.from === 'stdin')
        this.#reader.add(name, await this.#streams.read('-', MAX_STREAM_BYTES));
      else if ((await stat(input.path)).isDirectory()) await this.#readFolder(input.path);
      else await this.#readFile(input.path);
    } catch (error) {
      const missing = error instanceof MissingError;
      this.#failures.push({ input: name, why: explainError(error), ...(missing ? { missing } : {}) });
    }
  }

  result(inputs: readonly InputArgument[]): ReadInputs {
    const { blueprints, problems } = this.#reader.result();
    const failures = [...this.#failures];
    if (blueprints.length + problems.length + failures.length > 0) return { blueprints, problems, failures };
    const [first, ...others] = inputs.map(nameInput);
    const input = others.length === 0 ? (first ?? '') : `${first ?? ''} and ${others.length} more`;
    const message = 'the input holds no object of kind FluxBlueprint';
    return {
      blueprints,
      failures,
      problems: [{ input, order: 0, rule: 'no-blueprint', path: '', message, place: undefined }],
    };
  }

  async #readFile(file: string): Promise<void> {
    const path = resolve(file);
    if (this.#seen.has(path) || this.#reader.full) return;
    this.#seen.add(path);
    this.#reader.add(file, await this.#streams.read(file, MAX_STREAM_BYTES));
  }

  async #readFolder(folder: string): Promise<void> {
    // Most calls name files, and need not load how folders are walked.
    const { walkFolder } = await import('./walk-folder.ts');
    const { files, failures } = await walkFolder(folder);
    this.#failures.push(...failures);
    for (const file of files) await this.read({ from: 'path', path: file });
  }

  async #readGit(name: string, { revision, path }: { revision: string; path: string }): Promise<void> {
    const { Git } = await import('./git.ts');
    for await (const file of new Git(this.#streams.env).read(revision, path)) {
      if (this.#reader.full) return;
      this.#reader.add(file.path === '' ? name : nameBelow({ revision, path }, file.path), file.bytes);
    }
  }
}
