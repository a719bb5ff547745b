import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

/** How the Deployment runs the operator. */
export interface DeployedContainer {
  replicas: number;
  /** The arguments of the program. */
  args: string[];
  /** The options of Node. */
  nodeOptions: string[];
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
  const options = container?.env?.find(({ name }) => name === 'NODE_OPTIONS')?.value;
  const memory = /^(\d+)Mi$/.exec(container?.resources.limits.memory ?? '')?.[1];
  if (container === undefined || options === undefined || memory === undefined)
    throw new Error(`${file} has no container with NODE_OPTIONS and a limit of memory in Mi`);
  const { args } = container;
  return { replicas: spec.replicas, args, nodeOptions: options.split(' '), memoryMib: Number(memory) };
}
