/**
 * The commands that know both files and a cluster: `graph` and `explain` take a file or the name of a blueprint, and
 * `trace` finds in files the lines of what it meets in the cluster. What the first two have in common is in
 * `target.ts`: which of the two an argument is, and how the blueprint is read. Begin here.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { type InputArgument, parseInputArgument } from '../../core/input/input-argument.ts';
import { type ClusterFlags, clusterOptions } from '../session/flags.ts';
import type { ClusterTools } from '../session/session.ts';
import type { Streams } from '../terminal/streams.ts';
import type { ExplainOptions } from './explain.ts';
import type { GraphFlags } from './graph.ts';

const TARGET = 'file, folder, git:REV:PATH or -; else the name of a blueprint in the cluster';

/** The commands that know files and a cluster. */
export function createExploreCommands(streams: Streams, tools: ClusterTools): Command[] {
  return [createGraph(streams, tools), createExplain(streams, tools), createTrace(streams, tools)];
}

function createGraph(streams: Streams, tools: ClusterTools): Command {
  const command = new Command('graph')
    .description(
      'draw what a blueprint deploys in which order, with the critical path; from the cluster with states',
    )
    .argument('<file|name>', TARGET)
    .addOption(
      new Option('-o, --output <format>', 'form of the picture')
        .choices(['tree', 'mermaid', 'dot', 'svg', 'html'])
        .default('tree'),
    )
    .option('--env <name>', 'only one environment, and what all of them share')
    .option('--layers', 'layers instead of their objects')
    .action(async (target: string, options: GraphFlags) => {
      const { drawGraph } = await import('./graph.ts');
      await drawGraph(target, options, { command, streams, tools });
    });
  return withCommonOptions(command);
}

function createExplain(streams: Streams, tools: ClusterTools): Command {
  const command = new Command('explain')
    .description(
      'say where each field of a generated object comes from: a line of the blueprint, a default, the compiler',
    )
    .argument('<file|name>', TARGET)
    .argument(
      '[object]',
      'such as Kustomization/apps, apps/web or apps/web.spec.interval; by default all objects are listed',
    )
    .addOption(
      new Option('-o, --output <format>', 'output format').choices(['text', 'yaml', 'json']).default('text'),
    )
    .action(async (target: string, object: string | undefined, options: ExplainOptions) => {
      const { explain } = await import('./explain.ts');
      await explain(target, object, options, { command, streams, tools });
    });
  return withCommonOptions(command);
}

function withCommonOptions(command: Command): Command {
  command.option('--blueprint <name>', 'which blueprint, where a file holds several');
  for (const option of clusterOptions('30s')) command.addOption(option);
  return command;
}

function createTrace(streams: Streams, tools: ClusterTools): Command {
  const command = new Command('trace')
    .description(
      'follow an object back to the blueprint and the commit that made it, and say what is wrong on the way',
    )
    .argument('<kind/name>', 'any object of the cluster, such as deployment/web or hr/podinfo')
    .addOption(
      new Option('-f, --file <file>', 'file or folder with the blueprints, to tell the line').argParser(
        readFileOption,
      ),
    )
    .action(async (object: string, options: ClusterFlags & { file?: InputArgument }) => {
      const { trace } = await import('./trace.ts');
      await trace(object, options, { command, streams, tools });
    });
  for (const option of clusterOptions('30s')) command.addOption(option);
  return command;
}

function readFileOption(text: string): InputArgument {
  const read = parseInputArgument(text);
  if ('fault' in read) throw new InvalidArgumentError(read.fault);
  return read;
}
