import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { type InputArgument, parseInputArgument } from '../../core/input/input-argument.ts';
import type { InputBlueprint } from '../../core/input/blueprint-reader.ts';
import { type Problem, describeProblem } from '../../core/validation/problem.ts';
import { textAt } from '../../core/values/json.ts';
import { joinFirst, suggest } from '../../core/values/suggest.ts';
import { explainError } from '../input/failure.ts';
import { placeBlueprints } from '../input/namespace.ts';
import { type ReadInputs, readInputs } from '../input/read-inputs.ts';
import type { ClusterTools } from '../session/session.ts';
import { ExitError, type Streams } from '../terminal/streams.ts';
import type { ExploreFlags } from './flags.ts';

/** What these commands run with. */
export interface ExploreContext {
  command: Command;
  streams: Streams;
  tools: ClusterTools;
}

/** A blueprint that was read, and how its places are named. */
export interface Subject {
  blueprint: unknown;
  /** Names the place of a path: `platform.yaml:12:5`, or the path where there is no file. */
  where: (path: string) => string;
  /** Names the blueprint for messages. */
  name: string;
}

/** The names of files that need not exist to be meant. */
const FILE_NAME = /\.(?:ya?ml|json)$|\//;

/** Whether an argument means a file: `-`, `git:…`, a path, the name of a file of YAML or JSON, or what exists here. */
export async function findFile(argument: string): Promise<InputArgument | undefined> {
  const input = parseInputArgument(argument);
  if ('fault' in input) return undefined;
  if (input.from !== 'path' || FILE_NAME.test(argument)) return input;
  return stat(argument).then(
    () => input,
    () => undefined,
  );
}

/** Reads the blueprint of a file. Ends the command where that is not one. */
export async function readSubject(
  input: InputArgument,
  flags: ExploreFlags,
  { command, streams }: ExploreContext,
): Promise<Subject> {
  const read = await readInputs([input], { command, locate: true }, streams);
  const fail = (text: string): never => {
    streams.err(`error: ${text}\n`);
    throw new ExitError(1);
  };
  const unread = nameUnread(read);
  if (unread.length > 0) return fail(unread.join('\nerror: '));
  const chosen = chooseBlueprint(read.blueprints, flags.blueprint);
  if (typeof chosen === 'string') return fail(chosen);
  const [blueprint] = await placeBlueprints([chosen], flags, streams).catch((error: unknown) =>
    fail(explainError(error)),
  );
  const { input: name, locator, where: named } = chosen;
  return {
    blueprint,
    name: named,
    where: (path) => {
      const place = locator?.locate(path);
      return place === undefined ? path : `${name}:${place.line}:${place.column}`;
    },
  };
}

/** What could not be read, and why: a sentence for each. */
export function nameUnread({ failures, problems }: Pick<ReadInputs, 'failures' | 'problems'>): string[] {
  return [
    ...failures.map(({ input, why }) => `${input} cannot be read: ${why}`),
    ...problems.map((problem) => `${problem.input}: ${describeProblem(problem)}`),
  ];
}

/** The most names that a message lists. */
const MAX_NAMED = 5;

function chooseBlueprint(
  blueprints: readonly InputBlueprint[],
  name: string | undefined,
): InputBlueprint | string {
  const names = blueprints.map(({ value }) => textAt(value, ['metadata', 'name']) ?? '');
  const chosen = name === undefined ? blueprints : blueprints.filter((_, i) => names[i] === name);
  const [first, ...others] = chosen;
  if (first === undefined)
    return `no blueprint is named ${JSON.stringify(name)}${suggest(name ?? '', names)}`;
  if (others.length === 0) return first;
  return `there are ${chosen.length} blueprints, such as ${joinFirst(names, MAX_NAMED)}: name one by --blueprint, or its file`;
}

/** Tells why a blueprint is refused, and ends the command. */
export function refuse(
  problems: readonly Problem[],
  { where }: Subject,
  { err }: Pick<Streams, 'err'>,
): never {
  for (const problem of problems) {
    const place = problem.path === '' ? '' : where(problem.path);
    const shown = place === '' || place === problem.path ? '' : `${place}: `;
    err(`error: ${shown}${describeProblem(problem)}\n`);
  }
  throw new ExitError(1);
}
