import { Command, Option } from 'commander';
import { KIND } from '../api/names.ts';
import type { KubeObject, ObjectRef } from '../api/object.ts';
import type { Blueprint } from '../api/schema/blueprint.ts';
import { type CompiledBlueprint, checkTogether } from '../core/compile/check-together.ts';
import { compile } from '../core/compile/compile.ts';
import { offlineContext } from '../core/compile/model/context.ts';
import type { BlueprintKey } from '../core/objects/ownership.ts';
import type { Deployment } from '../core/releases/deployment.ts';
import type { Deployments } from '../core/releases/deployments.ts';
import { findLiveNames } from '../core/releases/live-names.ts';
import { LiveObjects } from '../core/releases/live-objects.ts';
import { emptyObject, isObject, textAt } from '../core/values/json.ts';
import { lint } from '../core/lint/lint.ts';
import { type Problem, describeProblem } from '../core/validation/problem.ts';
import { readBytes } from '../core/yaml/read-blueprints.ts';
import { toJsonList, toYamlDocuments } from '../core/yaml/write-yaml.ts';
import { ExitError, type Streams } from './streams.ts';

/** The values of the flags of `render`. */
interface RenderOptions {
  output: 'yaml' | 'json';
  namespace: string;
  /** A file with live objects. */
  live?: string;
}

/**
 * The command `render FILE|-`, which prints the objects that the operator would apply, in that order. It compiles like
 * the operator, with the API versions of Flux 2.9 in place of the cluster's discovery.
 */
export function createRenderCommand(streams: Streams): Command {
  return new Command('render')
    .description('print the Flux objects that a blueprint becomes, in the order in which they are applied')
    .argument('<file>', 'file with one or more blueprints, or - for standard input')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['yaml', 'json']).default('yaml'))
    .option('-n, --namespace <name>', 'namespace of blueprints that name none', 'default')
    .option(
      '--live <file>',
      'what is in the cluster, as `kubectl get helmreleases,kustomizations -A -o json` prints it: releases keep their names, and what would be renamed or deployed twice is reported',
    )
    .action(async (file: string, options: RenderOptions) => {
      const objects = await render(file, options, streams);
      streams.out(options.output === 'json' ? toJsonList(objects) : toYamlDocuments(objects));
    });
}

/** A blueprint of the input, and how messages name it. */
interface Rendered extends CompiledBlueprint {
  blueprint: Blueprint;
  where: string;
}

async function render(file: string, options: RenderOptions, streams: Streams): Promise<KubeObject[]> {
  const bytes = await readInput(file, streams);
  const live = await readLive(options.live, streams);
  const read = readBytes(bytes);
  if (!read.ok) return refuse(nameInput(file), read.problems, streams);
  const several = read.blueprints.length > 1;
  const compiled = read.blueprints.map((blueprint) => {
    // If there are several, the path of a problem does not say which of them has it.
    const where = several ? `${nameInput(file)}: ${nameBlueprint(blueprint)}` : nameInput(file);
    return compileBlueprint(inNamespace(blueprint, options.namespace), where, live, streams);
  });
  const rendered = compiled.filter((result) => result !== undefined);
  const problems = checkTogether(rendered);
  rendered.forEach(({ where }, i) => {
    printProblems('error', where, problems[i] ?? [], streams);
  });
  const deployments = live.deploymentsWith(
    rendered.map(({ key }) => key),
    rendered.flatMap(manifestsOf),
  );
  const accepted = rendered.map((result) => lintBlueprint(result, live, deployments, streams));
  const refused = problems.some((found) => found.length > 0) || accepted.includes(false);
  if (refused || rendered.length < compiled.length) throw new ExitError(1);
  return rendered.flatMap(manifestsOf);
}

function manifestsOf({ desired }: CompiledBlueprint): KubeObject[] {
  return desired.objects.map(({ manifest }) => manifest);
}

async function readInput(file: string, streams: Streams): Promise<Uint8Array> {
  return streams.read(file).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    streams.err(`error: ${nameInput(file)} cannot be read: ${why}\n`);
    throw new ExitError(1);
  });
}

/** What is in the cluster, as far as a file says it; nothing without one. */
async function readLive(file: string | undefined, streams: Streams): Promise<LiveObjects> {
  if (file === undefined) return new LiveObjects();
  const live = LiveObjects.read(parseJson(new TextDecoder().decode(await readInput(file, streams))));
  if (live !== undefined) return live;
  const how = 'kubectl get helmreleases,kustomizations -A -o json';
  streams.err(`error: ${nameInput(file)} holds no live objects as JSON: write it with \`${how}\`\n`);
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

/** What a blueprint becomes; undefined if it is refused. */
function compileBlueprint(
  blueprint: unknown,
  where: string,
  live: LiveObjects,
  streams: Streams,
): Rendered | undefined {
  const key = keyOf(blueprint);
  const releaseNames = findLiveNames(live.ownedBy(key));
  const compiled = compile(blueprint, { ...offlineContext(), releaseNames });
  if (compiled.ok) return { key, desired: compiled.desired, blueprint: blueprint as Blueprint, where };
  printProblems('error', where, compiled.problems, streams);
  return undefined;
}

/** Prints the findings of a blueprint, and answers whether it is accepted: only under `Enforce` they refuse it. */
function lintBlueprint(
  { blueprint, desired, key, where }: Rendered,
  live: LiveObjects,
  deployments: Deployments,
  streams: Streams,
): boolean {
  const observed = {
    live: (ref: ObjectRef) => live.find(key, ref),
    exists: () => undefined,
    otherDeployer: (ref: ObjectRef, deployment: Deployment) => deployments.find(key, ref, deployment),
  };
  const { findings, refused } = lint({ blueprint, desired, observed });
  printProblems('error', where, refused, streams);
  for (const finding of findings) {
    const level = finding.severity === 'info' ? 'info' : 'warning';
    if (!refused.includes(finding)) printProblems(level, where, [finding], streams);
  }
  return refused.length === 0;
}

function refuse(input: string, problems: readonly Problem[], streams: Streams): never {
  printProblems('error', input, problems, streams);
  throw new ExitError(1);
}

function printProblems(
  level: 'error' | 'warning' | 'info',
  where: string,
  problems: readonly Problem[],
  streams: Streams,
): void {
  for (const problem of problems) {
    streams.err(`${level}: ${where}: ${describeProblem(problem)}\n`);
  }
}

function nameInput(file: string): string {
  return file === '-' ? 'standard input' : file;
}

function nameBlueprint(blueprint: unknown): string {
  return `${KIND} ${textAt(blueprint, ['metadata', 'name']) ?? 'without a name'}`;
}

function keyOf(blueprint: unknown): BlueprintKey {
  const read = (field: string): string => textAt(blueprint, ['metadata', field]) ?? '';
  return { namespace: read('namespace'), name: read('name') };
}

/** The blueprint in its own namespace or, if it has none, in `namespace`. */
function inNamespace(blueprint: unknown, namespace: string): unknown {
  if (!isObject(blueprint)) return blueprint;
  const metadata = blueprint['metadata'];
  if (!isObject(metadata) || metadata['namespace'] !== undefined) return blueprint;
  return Object.assign(emptyObject(), blueprint, { metadata: { ...metadata, namespace } });
}
