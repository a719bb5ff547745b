import { Command, Option } from 'commander';
import { KIND } from '../api/names.ts';
import type { KubeObject } from '../api/object.ts';
import { compile } from '../core/compile.ts';
import { offlineContext } from '../core/context.ts';
import { emptyObject, isObject } from '../core/json.ts';
import { type Problem, describeProblem } from '../core/problem.ts';
import { readBlueprints } from '../core/read-blueprints.ts';
import { toJsonList, toYamlDocuments } from '../core/serialize.ts';
import { ExitError, type Streams } from './streams.ts';

interface RenderOptions {
  output: 'yaml' | 'json';
  namespace: string;
}

/**
 * `render FILE|-`: prints what the operator would apply, in that order. The same compile as the operator's, with
 * Flux 2.9 in place of a cluster's discovery.
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
  const text = await streams.read(file).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    streams.err(`error: ${nameInput(file)} cannot be read: ${why}\n`);
    throw new ExitError(1);
  });
  const read = readBlueprints(text);
  if (!read.ok) return refuse(nameInput(file), read.problems, streams);
  const objects: KubeObject[] = [];
  const refused: [string, readonly Problem[]][] = [];
  for (const blueprint of read.blueprints) {
    const compiled = compile(inNamespace(blueprint, options.namespace), offlineContext());
    if (compiled.ok) objects.push(...compiled.desired.objects.map(({ manifest }) => manifest));
    else refused.push([nameBlueprint(blueprint), compiled.problems]);
  }
  if (refused.length === 0) return objects;
  // Where there are several, a path alone does not tell which of them is meant.
  const several = read.blueprints.length > 1;
  for (const [name, problems] of refused)
    tell(several ? `${nameInput(file)}: ${name}` : nameInput(file), problems, streams);
  throw new ExitError(1);
}

function refuse(input: string, problems: readonly Problem[], streams: Streams): never {
  tell(input, problems, streams);
  throw new ExitError(1);
}

function tell(where: string, problems: readonly Problem[], streams: Streams): void {
  for (const problem of problems) {
    streams.err(`error: ${where}: ${problem.path === '' ? problem.message : describeProblem(problem)}\n`);
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

/** The blueprint in its namespace: its own, else the one that was asked for. */
function inNamespace(blueprint: unknown, namespace: string): unknown {
  if (!isObject(blueprint)) return blueprint;
  const metadata = blueprint['metadata'];
  if (!isObject(metadata) || metadata['namespace'] !== undefined) return blueprint;
  return Object.assign(emptyObject(), blueprint, { metadata: { ...metadata, namespace } });
}
