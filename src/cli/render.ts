import { Command, Option } from 'commander';
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
    streams.err(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    throw new ExitError(1);
  });
  const read = readBlueprints(text);
  if (!read.ok) return refuse(file, read.problems, streams);
  const objects: KubeObject[] = [];
  const problems: Problem[] = [];
  for (const blueprint of read.blueprints) {
    const compiled = compile(inNamespace(blueprint, options.namespace), offlineContext());
    if (compiled.ok) objects.push(...compiled.desired.objects.map(({ manifest }) => manifest));
    else problems.push(...compiled.problems);
  }
  return problems.length === 0 ? objects : refuse(file, problems, streams);
}

function refuse(file: string, problems: readonly Problem[], streams: Streams): never {
  const name = file === '-' ? 'standard input' : file;
  for (const problem of problems) {
    streams.err(`error: ${name}: ${problem.path === '' ? problem.message : describeProblem(problem)}\n`);
  }
  throw new ExitError(1);
}

/** The blueprint in its namespace: its own, else the one that was asked for. */
function inNamespace(blueprint: unknown, namespace: string): unknown {
  if (!isObject(blueprint)) return blueprint;
  const metadata = blueprint['metadata'];
  if (!isObject(metadata) || metadata['namespace'] !== undefined) return blueprint;
  return Object.assign(emptyObject(), blueprint, { metadata: { ...metadata, namespace } });
}
