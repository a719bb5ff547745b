import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

/** How the Deployment runs the operator. */
export interface DeployedContainer {
  replicas: number;
  /** The arguments of the program. */
  args: string[];
  /** The options of Node, and the rest of its environment. */
  node: { args: string[]; env: Record<string, string> };
  /** What the container may use, in MiB. */
  memoryMib: number;
}

interface Deployment {
  spec: {
    replicas: number;
    template: {
      spec: {
        containers: {
          args: string[];
          env?: { name: string; value: string }[];
          resources: { limits: { memory: string } };
        }[];
      };
    };
  };
}

/** Reads `config/manager/deployment.yaml`. Throws where it does not say what tests take from it. */
export async function readDeployment(): Promise<DeployedContainer> {
  const file = join(import.meta.dirname, '../../../config/manager/deployment.yaml');
  const { spec } = parse(await readFile(file, 'utf8')) as Deployment;
  const [container] = spec.template.spec.containers;
  if (container === undefined) throw new Error(`${file} has no container`);
  const { args, resources } = container;
  const { NODE_OPTIONS, ...env } = readEnvironment(container.env);
  const memory = /^(\d+)Mi$/.exec(resources.limits.memory)?.[1];
  if (NODE_OPTIONS === undefined || memory === undefined)
    throw new Error(`${file} has no NODE_OPTIONS, or no limit of memory in Mi`);
  const node = { args: NODE_OPTIONS.split(' '), env };
  return { replicas: spec.replicas, args, node, memoryMib: Number(memory) };
}

function readEnvironment(env: readonly { name: string; value: string }[] = []): Record<string, string> {
  return Object.fromEntries(env.map(({ name, value }) => [name, value]));
}
