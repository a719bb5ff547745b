import { readFileSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { BareCluster } from './cluster.ts';
import { type OperatorProcess, startOperator } from './operator-process.ts';

const deploymentFile = fileURLToPath(new URL('../../../config/manager/deployment.yaml', import.meta.url));

/** The part of the Deployment that says what the operator may take. */
interface Deployment {
  spec: {
    template: {
      spec: {
        containers: {
          env: { name: string; value: string }[];
          resources: { limits: { memory: string } };
        }[];
      };
    };
  };
}

/** How often its memory is looked at, in milliseconds. */
const EVERY_MS = 50;

/** An operator with the options that Node has in the Deployment, whose memory is watched. */
export interface BoundedOperator {
  readonly process: OperatorProcess;
  /** Whether it ended by itself. */
  readonly ended: boolean;
  /** The most memory that it had in one moment, in bytes. */
  readonly mostBytes: number;
  /** What the Deployment allows, in bytes. */
  readonly limitBytes: number;
  /** How many files and connections it has open. */
  descriptors(): number;
  /** Prints what it took, and for what. */
  report(what: string): void;
  /** Ends it and starts another. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the bundled operator as the Deployment does. */
export async function startBoundedOperator(
  { bundleFile, controlPlane }: BareCluster,
  args: string[] = [],
): Promise<BoundedOperator> {
  const { nodeArgs, limitBytes } = await readDeployment();
  const start = (): Promise<OperatorProcess> =>
    startOperator(bundleFile, controlPlane.kubeconfigPath, args, nodeArgs);
  let running = await start();
  let mostBytes = 0;
  const look = (): void => {
    mostBytes = Math.max(mostBytes, residentBytes(running.child.pid));
  };
  const timer = setInterval(look, EVERY_MS);
  const descriptors = (): number => readdirSync(`/proc/${running.child.pid ?? 0}/fd`).length;
  return {
    get process() {
      return running;
    },
    get ended() {
      return (running.child.exitCode ?? running.child.signalCode) !== null;
    },
    get mostBytes() {
      return mostBytes;
    },
    limitBytes,
    descriptors,
    report: (what) => {
      const [most, now] = [mostBytes, residentBytes(running.child.pid)].map((bytes) =>
        Math.round(bytes / 2 ** 20),
      );
      process.stdout.write(`${what}: at most ${most} MiB, now ${now} MiB, ${descriptors()} descriptors\n`);
    },
    restart: async () => {
      await running.stop();
      running = await start();
    },
    stop: async () => {
      clearInterval(timer);
      await running.stop();
    },
  };
}

async function readDeployment(): Promise<{ nodeArgs: string[]; limitBytes: number }> {
  const { spec } = parse(await readFile(deploymentFile, 'utf8')) as Deployment;
  const [container] = spec.template.spec.containers;
  const options = container?.env.find(({ name }) => name === 'NODE_OPTIONS')?.value ?? '';
  const limit = /^(\d+)Mi$/.exec(container?.resources.limits.memory ?? '')?.[1];
  if (options === '' || limit === undefined) throw new Error('the Deployment bounds no memory');
  return { nodeArgs: options.split(' '), limitBytes: Number(limit) * 2 ** 20 };
}

/** The memory of a process that is in RAM, in bytes; 0 where it is gone. */
function residentBytes(pid: number | undefined): number {
  try {
    const text = readFileSync(`/proc/${pid ?? 0}/status`, 'utf8');
    return Number(/^RssAnon:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
