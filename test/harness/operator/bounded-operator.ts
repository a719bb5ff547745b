import { readdirSync } from 'node:fs';
import { readAnonymousBytes } from './child-processes.ts';
import type { BareCluster } from './cluster.ts';
import { readDeployment } from './deployment.ts';
import { type OperatorProcess, startOperator } from './operator-process.ts';

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
  const { node, memoryMib } = await readDeployment();
  const start = (): Promise<OperatorProcess> =>
    startOperator(bundleFile, controlPlane.kubeconfigPath, args, node);
  let running = await start();
  let mostBytes = 0;
  const look = (): void => {
    mostBytes = Math.max(mostBytes, readAnonymousBytes(running.child.pid ?? 0));
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
    limitBytes: memoryMib * 2 ** 20,
    descriptors,
    report: (what) => {
      const [most, now] = [mostBytes, readAnonymousBytes(running.child.pid ?? 0)].map((bytes) =>
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
