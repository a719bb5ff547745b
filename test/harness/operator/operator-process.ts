import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Free ports, so that operators can run side by side. */
const ANY_PORTS = ['--health-addr', '127.0.0.1:0', '--metrics-addr', '127.0.0.1:0'];

/** A line of the operator's log. */
export interface LogLine {
  level: string;
  msg: string;
  [field: string]: unknown;
}

/** An operator that runs as a process of its own, from the bundle, as it would in a pod. */
export interface OperatorProcess {
  readonly child: ChildProcess;
  /** Everything it has logged so far. */
  readonly log: readonly LogLine[];
  /** What it logged when it was ready. */
  readonly ready: LogLine;
  /** Calls a listener with each further line. */
  onLine(listener: (line: LogLine) => void): void;
  /** Resolves with its exit code when it has ended, by itself or by a signal (null), and its log is complete. */
  readonly exited: Promise<number | null>;
  /** Ends it by a signal (default SIGTERM) and answers its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** How Node is run. */
export interface NodeSettings {
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/**
 * Starts the operator and resolves when it is ready; rejects with its log when it ends before.
 *
 * @param node options of Node itself, e.g. for a profile, and more of its environment; default: none
 */
export async function startOperator(
  file: string,
  kubeconfigPath: string,
  args: string[] = [],
  node: NodeSettings = {},
): Promise<OperatorProcess> {
  const command = [...(node.args ?? []), file, 'operator', ...ANY_PORTS, ...args];
  const child = spawn(process.execPath, command, {
    env: { ...node.env, PATH: process.env['PATH'], KUBECONFIG: kubeconfigPath },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = new Promise<number | null>((resolve) => {
    // Not `exit`: the last lines may be read after that.
    child.once('close', (code) => {
      process.off('exit', kill);
      resolve(code);
    });
  });
  const log: LogLine[] = [];
  const listeners: ((line: LogLine) => void)[] = [];
  const ready = await new Promise<LogLine>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (text) => {
      const line = parseLine(text);
      log.push(line);
      for (const listener of listeners) listener(line);
      if (line.msg === 'ready') resolve(line);
    });
    void exited.then((code) => {
      reject(
        new Error(
          `the operator ended with ${String(code)}:\n${log.map((line) => JSON.stringify(line)).join('\n')}`,
        ),
      );
    });
  });
  return {
    child,
    log,
    ready,
    exited,
    onLine: (listener) => listeners.push(listener),
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return exited;
    },
  };
}

function parseLine(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return { level: 'error', msg: text };
  }
}
