import { InvalidArgumentError, type Command } from 'commander';

/** The values of the flags that say which blueprints an operator reconciles. */
export interface ScopeOptions {
  /** Only blueprints with this value of the label `sharding.fluxcd.io/key`. Default: those without the label. */
  shardKey?: string;
  /** Only blueprints in these namespaces. Default: in all. */
  watchNamespaces?: string[];
}

/** Adds the flags that give an operator a part of the blueprints. */
export function addScopeOptions(command: Command): Command {
  return command
    .option(
      '--shard-key <key>',
      'only blueprints labelled sharding.fluxcd.io/key=<key>; without it, those without the label',
      parseLabelValue,
    )
    .option(
      '--watch-namespaces <names>',
      'only blueprints of these namespaces, separated by commas; may be repeated',
      collectNamespaces,
    );
}

function parseLabelValue(text: string): string {
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(text))
    throw new InvalidArgumentError('It must be the value of a label.');
  return text;
}

/** Reads names of namespaces, and adds them to those that were read before. */
export function collectNamespaces(text: string, before: string[] = []): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (!names.every((name) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)))
    throw new InvalidArgumentError('It must be names of namespaces, separated by commas.');
  return [...before, ...names];
}
