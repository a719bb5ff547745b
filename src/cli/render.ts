import { Command, Option } from 'commander';
import { KIND } from '../api/names.ts';
import type { KubeObject } from '../api/object.ts';
import type { Blueprint } from '../api/schema/blueprint.ts';
import { compile } from '../core/compile/compile.ts';
import { offlineContext } from '../core/compile/model/context.ts';
import { emptyObject, isObject } from '../core/values/json.ts';
import { lint } from '../core/lint/lint.ts';
import { type Problem, describeProblem } from '../core/validation/problem.ts';
import { readBytes } from '../core/yaml/read-blueprints.ts';
import { toJsonList, toYamlDocuments } from '../core/yaml/write-yaml.ts';
import { ExitError, type Streams } from './streams.ts';

/** The values of the flags of `render`. */
interface RenderOptions {
  output: 'yaml' | 'json';
  namespace: string;
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
    .action(async (file: string, options: RenderOptions) => {
      const objects = await render(file, options, streams);
      streams.out(options.output === 'json' ? toJsonList(objects) : toYamlDocuments(objects));
    });
}

async function render(file: string, options: RenderOptions, streams: Streams): Promise<KubeObject[]> {
  const bytes = await streams.read(file).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    streams.err(`error: ${nameInput(file)} cannot be read: ${why}\n`);
    throw new ExitError(1);
  });
  const read = readBytes(bytes);
  if (!read.ok) return refuse(nameInput(file), read.problems, streams);
  const several = read.blueprints.length > 1;
  const results = read.blueprints.map((blueprint) => {
    // If there are several, the path of a problem does not say which of them has it.
    const where = several ? `${nameInput(file)}: ${nameBlueprint(blueprint)}` : nameInput(file);
    return renderBlueprint(inNamespace(blueprint, options.namespace), where, streams);
  });
  if (results.some((result) => result === undefined)) throw new ExitError(1);
  return results.flatMap((result) => result ?? []);
}

/** The objects of a blueprint; undefined if it is refused. Findings are printed, and refuse it only under `Enforce`. */
function renderBlueprint(blueprint: unknown, where: string, streams: Streams): KubeObject[] | undefined {
  const compiled = compile(blueprint, offlineContext());
  if (!compiled.ok) {
    printProblems('error', where, compiled.problems, streams);
    return undefined;
  }
  const { desired } = compiled;
  const valid = blueprint as Blueprint;
  const { findings, refused } = lint({ blueprint: valid, desired });
  printProblems('error', where, refused, streams);
  for (const finding of findings) {
    const level = finding.severity === 'info' ? 'info' : 'warning';
    if (!refused.includes(finding)) printProblems(level, where, [finding], streams);
  }
  return refused.length > 0 ? undefined : desired.objects.map(({ manifest }) => manifest);
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
  const name =
    isObject(blueprint) && isObject(blueprint['metadata']) ? blueprint['metadata']['name'] : undefined;
  return `${KIND} ${typeof name === 'string' ? name : 'without a name'}`;
}

/** The blueprint in its own namespace or, if it has none, in `namespace`. */
function inNamespace(blueprint: unknown, namespace: string): unknown {
  if (!isObject(blueprint)) return blueprint;
  const metadata = blueprint['metadata'];
  if (!isObject(metadata) || metadata['namespace'] !== undefined) return blueprint;
  return Object.assign(emptyObject(), blueprint, { metadata: { ...metadata, namespace } });
}
