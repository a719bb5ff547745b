import { Command, Option } from 'commander';
import type { KubeObject } from '../api/object.ts';
import type { InputArgument } from '../core/input/input-argument.ts';
import type { DesiredState } from '../core/objects/desired.ts';
import { toPlain } from '../core/objects/plain.ts';
import { LiveObjects } from '../core/releases/live-objects.ts';
import { type Comment, type Review, review } from '../core/review/review.ts';
import { selectEnvironment } from '../core/review/select-environment.ts';
import { describeProblem } from '../core/validation/problem.ts';
import { toJsonList, toYamlDocuments } from '../core/yaml/write-yaml.ts';
import { explainError } from './input/failure.ts';
import { type NamespaceOptions, namespaceOptions, placeBlueprints } from './input/namespace.ts';
import { createInputArgument, readInputs } from './input/read-inputs.ts';
import { ExitError, type Streams } from './terminal/streams.ts';

/** The values of the flags of `render`. */
interface RenderOptions extends NamespaceOptions {
  output: 'yaml' | 'json';
  /** The environment whose objects are printed. Default: all. */
  env?: string;
  /** Without the labels of the operator. */
  plain?: boolean;
  /** A file with live objects. */
  live?: string;
}

/**
 * The command `render FILE...`, which prints the objects that the operator would apply, in that order. It compiles like
 * the operator, with the API versions of Flux 2.9 in place of the cluster's discovery.
 */
export function createRenderCommand(streams: Streams): Command {
  const command = new Command('render')
    .description('print the Flux objects that blueprints become, in the order in which they are applied')
    .addArgument(createInputArgument())
    .addOption(new Option('-o, --output <format>', 'output format').choices(['yaml', 'json']).default('yaml'))
    .option('--env <name>', 'only the objects of one environment, and those that all of them share')
    .option(
      '--plain',
      'without the labels of the operator: the same objects as plain files, to go back to Flux alone',
    )
    .option(
      '--live <file>',
      'what is in the cluster, as `kubectl get helmreleases,kustomizations -A -o json` prints it: releases keep their names, and what would be renamed or deployed twice is reported',
    )
    .action(async (inputs: InputArgument[], options: RenderOptions) => {
      const objects = await render(inputs, options, { command, streams });
      streams.out(options.output === 'json' ? toJsonList(objects) : toYamlDocuments(objects));
    });
  for (const option of namespaceOptions()) command.addOption(option);
  return command;
}

async function render(
  inputs: readonly InputArgument[],
  options: RenderOptions,
  { command, streams }: { command: Command; streams: Streams },
): Promise<KubeObject[]> {
  const { blueprints, problems, failures } = await readInputs(inputs, { command, locate: false }, streams);
  for (const { input, why } of failures) streams.err(`error: ${input} cannot be read: ${why}\n`);
  for (const problem of problems) streams.err(`error: ${problem.input}: ${describeProblem(problem)}\n`);
  const live = await readLive(options.live, streams);
  const reviews = review(await placeBlueprints(blueprints, options, streams), live);
  reviews.forEach(({ comments }, i) => {
    for (const comment of comments) printComment(comment, blueprints[i]?.where ?? '', streams);
  });
  if (failures.length + problems.length > 0 || reviews.some(isRefused)) throw new ExitError(1);
  const states = reviews.flatMap(({ desired }) => desired ?? []);
  const objects = selectStates(states, options.env, streams).flatMap((state) =>
    state.objects.map(({ manifest }) => manifest),
  );
  return options.plain === true ? objects.map(toPlain) : objects;
}

function isRefused({ comments }: Review): boolean {
  return comments.some(({ refuses }) => refuses);
}

function selectStates(
  states: readonly DesiredState[],
  environment: string | undefined,
  streams: Streams,
): readonly DesiredState[] {
  if (environment === undefined) return states;
  const selected = selectEnvironment(states, environment);
  if (typeof selected !== 'string') return selected;
  streams.err(`error: --env: ${selected}\n`);
  throw new ExitError(1);
}

function printComment(comment: Comment, where: string, streams: Streams): void {
  const level = comment.refuses ? 'error' : comment.severity === 'info' ? 'info' : 'warning';
  streams.err(`${level}: ${where}: ${describeProblem(comment)}\n`);
}

/** The most bytes of live objects: those of some ten thousand releases. */
const MAX_LIVE_BYTES = 256 * 1024 * 1024;

/** What is in the cluster, as far as a file says it; nothing without one. */
async function readLive(file: string | undefined, streams: Streams): Promise<LiveObjects> {
  if (file === undefined) return new LiveObjects();
  const name = file === '-' ? 'standard input' : file;
  const bytes = await streams.read(file, MAX_LIVE_BYTES).catch((error: unknown) => {
    streams.err(`error: ${name} cannot be read: ${explainError(error)}\n`);
    throw new ExitError(1);
  });
  const live = LiveObjects.read(parseJson(new TextDecoder().decode(bytes)));
  if (live !== undefined) return live;
  const how = 'kubectl get helmreleases,kustomizations -A -o json';
  streams.err(`error: ${name} holds no live objects as JSON: write it with \`${how}\`\n`);
  throw new ExitError(1);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // A text that is nested too deep is a RangeError.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}
