/**
 * What tenants write, worked on where it can be stopped: in a process of its own. `isolated-process.ts` is the side of
 * the operator, which starts the process, asks it one thing at a time, and kills it when an answer takes too much;
 * `answer-parent.ts` is the side of the process. What is asked belongs to the rooms that do so: `app/cel` and
 * `app/compile`.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import type { Logger } from '../../ports/logger.ts';
import { Deadline, type TimeLimits } from './deadline.ts';

/** How long a process may take to start, in milliseconds. On a machine without time for it, it takes seconds. */
const START_MS = 60_000;
/** How long an idle process is kept, in milliseconds. Another one takes 100 to 550 ms to start on a busy machine. */
const IDLE_MS = 60_000;

/** Options of an {@link IsolatedProcess}. */
export interface IsolatedProcessOptions {
  /** What it is, for the log. */
  name: string;
  /** The file of its program, which calls `answerParent`. */
  program: string;
  /** The most that its heap may take, in MiB. */
  heapMb: number;
  /** Its priority among all that shares its processor: 0 is the operator's, 19 the lowest. */
  niceness: number;
  logger: Logger;
}

/** What became of a question. */
export type Answer =
  | { kind: 'answered'; value: unknown }
  /** The answer took too long, and the process was killed. */
  | { kind: 'slow' }
  /** The answer took too much memory: V8 ended the process. */
  | { kind: 'large' }
  /** The program threw, and the process ended. */
  | { kind: 'failed' }
  /** Somebody ended the process, or none can be started. It says nothing of the question. */
  | { kind: 'stopped' };

/** A process that is started when it is asked something, and ended after a minute without a question. */
export class IsolatedProcess {
  readonly #options: IsolatedProcessOptions;
  #child: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: IsolatedProcessOptions) {
    this.#options = options;
  }

  /** The id of the process; undefined while none runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Starts the process where it does not run; false where none can be started.
   *
   * A question after it goes to this process or, when that has ended meanwhile, is answered by `stopped`.
   */
  async start(): Promise<boolean> {
    clearTimeout(this.#idle);
    if (this.#child !== undefined && isRunning(this.#child)) return true;
    const { program, heapMb, name, logger } = this.#options;
    const child = fork(program, [String(process.pid)], {
      execArgv: [`--max-old-space-size=${heapMb}`, '--max-semi-space-size=2', '--single-threaded'],
      // Nothing of the operator's environment, and none of its Node options.
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
    });
    this.#child = child;
    const ended = new AbortController();
    child
      .once('exit', () => {
        ended.abort();
      })
      .on('error', () => undefined);
    try {
      await once(child, 'message', {
        signal: AbortSignal.any([ended.signal, AbortSignal.timeout(START_MS)]),
      });
      setPriority(child.pid ?? 0, this.#options.niceness);
    } catch (error) {
      if (this.#child === child) logger.warn(`the ${name} does not start`, { error: String(error) });
      child.kill('SIGKILL');
      return false;
    }
    // It keeps no operator alive that has nothing else to do.
    child.unref();
    child.channel?.unref();
    return true;
  }

  /**
   * Asks the process that {@link start} has started for one answer. One question at a time: the next one follows the
   * answer. Never rejects.
   */
  async ask(question: unknown, limits: TimeLimits): Promise<Answer> {
    clearTimeout(this.#idle);
    const child = this.#child;
    if (child === undefined || !isRunning(child)) return { kind: 'stopped' };
    const answer = await askChild(child, question, limits);
    this.#idle = setTimeout(() => {
      this.close();
    }, IDLE_MS).unref();
    return answer;
  }

  /** Ends the process. A question that waits is answered by `stopped`; {@link start} starts another one. */
  close(): void {
    clearTimeout(this.#idle);
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}

function isRunning({ exitCode, signalCode, connected }: ChildProcess): boolean {
  return exitCode === null && signalCode === null && connected;
}

function askChild(child: ChildProcess, question: unknown, limits: TimeLimits): Promise<Answer> {
  return new Promise((resolve) => {
    const deadline = new Deadline(child.pid ?? 0, limits, () => child.kill('SIGKILL'));
    const settle = (answer: Answer): void => {
      deadline.cancel();
      child.off('message', onMessage).off('exit', onExit);
      resolve(answer);
    };
    const onMessage = (message: unknown): void => {
      settle({ kind: 'answered', value: (message as { value: unknown }).value });
    };
    const onExit = (_: unknown, signal: NodeJS.Signals | null): void => {
      settle(deadline.passed ? { kind: 'slow' } : explainEnd(signal));
    };
    child.on('message', onMessage).on('exit', onExit);
    // Where it cannot be sent, the process has ended.
    child.send(question as Buffer, () => undefined);
  });
}

/** What the end of the process says of the question. V8 ends its process by a trap or an abort. */
function explainEnd(signal: NodeJS.Signals | null): Answer {
  if (signal === null) return { kind: 'failed' };
  return signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGINT' || signal === 'SIGHUP'
    ? { kind: 'stopped' }
    : { kind: 'large' };
}
