import type { ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { forkKeeper, releaseKeeper, waitForExit } from './keepers.ts';
import type { ProcessAnswer, RunRequest } from './process-messages.ts';

/** A program that was started. */
export interface StartedProcess {
  readonly pid: number;
  /** Resolves when it has ended, with how: a signal, or its exit code. */
  readonly ended: Promise<string>;
  /** Ends it by a signal (default SIGTERM) and answers how it ended. */
  end(signal?: NodeJS.Signals): Promise<string>;
}

type Listener = (answer: ProcessAnswer) => void;

/** Programs that end with this process at the latest, however this one ends. */
export class Processes {
  /** A temporary folder for them; deleted when they end. */
  readonly folder: string;
  readonly #keeper: ChildProcess;
  readonly #pids = new Map<number, number>();
  readonly #listeners = new Map<number, Listener>();
  #runs = 0;

  private constructor(keeper: ChildProcess, folder: string) {
    this.#keeper = keeper;
    this.folder = folder;
    keeper.on('message', (message) => {
      this.#hear(message as ProcessAnswer);
    });
    keeper.stderr?.resume();
    releaseKeeper(keeper);
  }

  /** Starts their keeper. */
  static async open(): Promise<Processes> {
    const keeper = forkKeeper('keep-processes.ts', null);
    const folder = await new Promise<string>((resolve, reject) => {
      keeper.once('error', reject);
      keeper.once('exit', (code) => {
        reject(new Error(`the keeper of processes ended with ${code ?? 0}`));
      });
      keeper.once('message', (message) => {
        const answer = message as ProcessAnswer;
        if (answer.type === 'ready') resolve(answer.folder);
      });
    });
    return new Processes(keeper, folder);
  }

  /** For tests that kill the process that owns them. */
  get keeperPid(): number {
    return this.#keeper.pid ?? 0;
  }

  /** Starts a program. Rejects when it cannot be started. */
  async run(request: Omit<RunRequest, 'run'>): Promise<StartedProcess> {
    const run = (this.#runs += 1);
    let setEnded: (how: string) => void = () => undefined;
    const ended = new Promise<string>((resolve) => (setEnded = resolve));
    // The keeper, which answers, does not hold this process.
    const alive = setInterval(() => undefined, 60_000);
    const pid = await new Promise<number>((resolve, reject) => {
      this.#listeners.set(run, (answer) => {
        if (answer.type === 'running') resolve(answer.pid);
        if (answer.type !== 'ended') return;
        setEnded(answer.how);
        reject(new Error(`${request.command[0] ?? ''}: ${answer.how}`));
      });
      this.#keeper.send({ run, ...request } satisfies RunRequest);
    }).finally(() => {
      clearInterval(alive);
    });
    return {
      pid,
      ended,
      end: async (signal = 'SIGTERM') => {
        if (this.#pids.has(run)) process.kill(pid, signal);
        return ended;
      },
    };
  }

  /** Ends all of them and deletes the folder. May be called more than once. */
  async close(): Promise<void> {
    this.#keeper.ref();
    if (this.#keeper.connected) this.#keeper.send('stop', () => undefined);
    await waitForExit(this.#keeper);
    if (this.#keeper.exitCode === 0) return;
    // It was killed, and could not do it.
    for (const pid of this.#pids.values()) kill(pid);
    this.#pids.clear();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  #hear(answer: ProcessAnswer): void {
    if (answer.type === 'ready') return;
    if (answer.type === 'running') this.#pids.set(answer.run, answer.pid);
    else this.#pids.delete(answer.run);
    this.#listeners.get(answer.run)?.(answer);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
