import { delimiter, join } from 'node:path';
import { Option } from 'commander';
import type { InputBlueprint } from '../../core/input/blueprint-reader.ts';
import { inNamespace, lacksNamespace } from '../../core/input/in-namespace.ts';
import {
  type ContextNamespace,
  type KubeconfigFile,
  MAX_KUBECONFIG_BYTES,
  readContextNamespace,
} from '../../core/input/kubeconfig.ts';
import type { Streams } from '../terminal/streams.ts';
import { explainError } from './failure.ts';

/** The values of the flags that say in which namespace blueprints are that name none. */
export interface NamespaceOptions {
  namespace?: string;
  /** A kubeconfig file. Default: those of `KUBECONFIG`, else `~/.kube/config`. */
  kubeconfig?: string;
  /** A context of the kubeconfig. Default: the current one. */
  context?: string;
}

/** The namespace where nothing names one. */
const DEFAULT_NAMESPACE = 'default';

/** The flags that say in which namespace blueprints are that name none. */
export function namespaceOptions(): Option[] {
  return [
    new Option(
      '-n, --namespace <name>',
      `namespace of blueprints that name none (default: that of the kubeconfig's context, else "${DEFAULT_NAMESPACE}")`,
    ),
    new Option('--context <name>', 'context of the kubeconfig (default: its current one)'),
    new Option('--kubeconfig <file>', 'kubeconfig file; no cluster is asked'),
  ];
}

/** The blueprints, each in a namespace. A kubeconfig is read only if one of them names none. */
export async function placeBlueprints(
  blueprints: readonly InputBlueprint[],
  options: NamespaceOptions,
  streams: Streams,
): Promise<unknown[]> {
  const values = blueprints.map(({ value }) => value);
  if (!values.some(lacksNamespace)) return values;
  const namespace = await findNamespace(options, streams);
  return values.map((value) => inNamespace(value, namespace));
}

/**
 * Finds the namespace of blueprints that name none. No cluster is asked. What is wrong with a kubeconfig that nobody
 * named is no reason to stop, and is warned of; else it is the message of the error that is thrown.
 */
async function findNamespace(options: NamespaceOptions, streams: Streams): Promise<string> {
  const { namespace, kubeconfig, context } = options;
  if (namespace !== undefined) return namespace;
  const isNamed = kubeconfig !== undefined || context !== undefined;
  const read = await readNamespace(options, streams);
  if (read.ok) return read.namespace ?? DEFAULT_NAMESPACE;
  if (isNamed) throw new Error(read.message);
  streams.err(
    `warning: ${read.message}: the namespace is ${DEFAULT_NAMESPACE}; name another with --namespace\n`,
  );
  return DEFAULT_NAMESPACE;
}

async function readNamespace(options: NamespaceOptions, streams: Streams): Promise<ContextNamespace> {
  const files: KubeconfigFile[] = [];
  for (const name of kubeconfigsOf(options, streams.env)) {
    try {
      files.push({ name, bytes: await streams.read(name, MAX_KUBECONFIG_BYTES) });
    } catch (error) {
      // Like kubectl: of the usual places none need exist.
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (options.kubeconfig === undefined && isMissing) continue;
      return { ok: false, message: `${name} cannot be read: ${explainError(error)}` };
    }
  }
  return readContextNamespace(files, options.context);
}

function kubeconfigsOf({ kubeconfig }: NamespaceOptions, env: Streams['env']): string[] {
  if (kubeconfig !== undefined) return [kubeconfig];
  const { KUBECONFIG = '', HOME = '' } = env;
  if (KUBECONFIG !== '') return KUBECONFIG.split(delimiter).filter((file) => file !== '');
  return HOME === '' ? [] : [join(HOME, '.kube', 'config')];
}
