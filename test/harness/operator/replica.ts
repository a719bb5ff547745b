import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultProxy, type Script, type SeenRequest } from '../api-server/fault-proxy.ts';
import { type LogLine, type OperatorProcess, startOperator } from './operator-process.ts';
import { makeFolder } from '../files.ts';
import { waitFor } from '../wait-for.ts';

/** An operator that reaches its API server through a proxy of its own, which records every request. */
export interface Replica {
  readonly operator: OperatorProcess;
  readonly proxy: FaultProxy;
  /** Every write so far but those of Leases: as `PATCH <path>`. */
  writes(): string[];
  /** Resolves when it has logged a line with this message; at once where it already has. */
  untilLogged(message: string): Promise<LogLine>;
  /** Waits until it has ended, which it may have done before; answers its exit code, null where a signal ended it. */
  untilExited(): Promise<number | null>;
  /** Ends it by a signal (default SIGTERM), if it still runs, and its proxy. Answers its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts an operator from the bundle `file`, with the rights of a kubeconfig; the proxy begins with `script`. */
export async function startReplica(
  file: string,
  kubeconfigPath: string,
  args: string[],
  script: Script = () => undefined,
): Promise<Replica> {
  const proxy = await FaultProxy.start(kubeconfigPath);
  proxy.script = script;
  const folder = await makeFolder('replica');
  const path = join(folder, 'kubeconfig');
  await writeFile(path, proxy.config.exportConfig(), { mode: 0o600 });
  const operator = await startOperator(file, path, args);
  let code: number | null | undefined;
  void operator.exited.then((found) => (code = found));
  const find = (message: string): LogLine | undefined => operator.log.find(({ msg }) => msg === message);
  return {
    operator,
    proxy,
    writes: () => proxy.seen.filter(isWrite).map(({ method, path: target }) => `${method} ${target}`),
    untilLogged: (message) => waitFor(`the operator says "${message}"`, () => find(message)),
    untilExited: () => waitFor('the operator has ended', () => code),
    stop: async (signal) => {
      const ended = await operator.stop(signal);
      await proxy.close();
      await rm(folder, { recursive: true, force: true });
      return ended;
    },
  };
}

/** Whether a request writes anything but a Lease. */
export function isWrite({ method, path }: SeenRequest): boolean {
  return method !== 'GET' && !path.includes('/leases');
}
