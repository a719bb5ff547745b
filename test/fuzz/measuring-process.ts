import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readCpuMs } from '../harness/measure/process-usage.ts';
import type { Answer, Question } from './child.ts';
import type { Cost } from './measure.ts';

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));

/** The most that one answer may take, in milliseconds of processor time, before its process counts as lost. */
const DEADLINE_MS = 20_000;

/** How often that is looked at, in milliseconds. */
const LOOK_MS = 1_000;

/** What a question came to: a cost, nothing to measure, or the end of the process. */
export type Measured = Cost | 'nothing' | 'died' | 'too slow';

/** A process with a small heap that measures what blueprints cost. It is started anew when it dies. Linux only. */
export class MeasuringProcess {
  readonly #heapMb: number;
  #child: ChildProcess | undefined;

  constructor(heapMb: number) {
    this.#heapMb = heapMb;
  }

  /** Asks one question; ask the next when this one is answered. */
  async ask(question: Question): Promise<Measured> {
    const child = (this.#child ??= this.#start());
    const { promise, resolve } = Promise.withResolvers<Measured>();
    const onAnswer = (answer: Answer): void => {
      resolve(answer.cost ?? 'nothing');
    };
    const onExit = (): void => {
      resolve('died');
    };
    const before = await this.#usedMs(child);
    const look = setInterval(() => {
      void this.#usedMs(child).then((used) => {
        if (used - before > DEADLINE_MS) resolve('too slow');
      });
    }, LOOK_MS);
    child.once('message', onAnswer).once('exit', onExit);
    child.send(question);
    const measured = await promise;
    clearInterval(look);
    child.off('message', onAnswer).off('exit', onExit);
    if (measured === 'died' || measured === 'too slow') this.stop();
    return measured;
  }

  /** The processor time of a child so far, in milliseconds; 0 where there is none any more. */
  #usedMs({ pid }: ChildProcess): Promise<number> {
    return pid === undefined ? Promise.resolve(0) : readCpuMs(pid).catch(() => 0);
  }

  /** Ends the process. */
  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #start(): ChildProcess {
    const execArgv = [`--max-old-space-size=${this.#heapMb}`, '--disable-warning=ExperimentalWarning'];
    return fork(CHILD, { execArgv, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  }
}
