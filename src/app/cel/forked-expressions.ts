/**
 * CEL that tenants write, evaluated where it can be stopped: in a process of its own. `forked-expressions.ts` is the
 * side of the operator, `evaluator.ts` the program of that process, `evaluate.ts` what it does, and `bound-values.ts`
 * what it may make. Only this room knows the CEL library.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { serialize } from 'node:v8';
import type { Expressions, Verdict } from '../../ports/expressions.ts';
import type { Logger } from '../../ports/logger.ts';
import { Deadline, TIME_LIMIT_MS } from './deadline.ts';

/** The heap of the evaluator, in MiB. An object of 1.7 MB with 150,000 small fields was seen to take 43 MB. */
const HEAP_MB = 64;
/** The most that an expression may read, in bytes: two objects of the largest size, in the form that is sent. */
const MAX_REQUEST = 8_000_000;
/** How long the evaluator may take to start, in milliseconds. */
const START_MS = 5_000;
/** How long an idle evaluator is kept, in milliseconds. It takes 11 MB, and 100 to 280 ms to start (busy machine). */
const IDLE_MS = 60_000;
/** Of all that shares its processor, the evaluator goes last. */
const PRIORITY = 10;

const LATER: Verdict = { kind: 'later' };
const FAILED: Verdict = { kind: 'failed', why: 'it cannot be evaluated' };
const TOO_SLOW: Verdict = { kind: 'expensive', why: `it takes more than ${TIME_LIMIT_MS} ms` };
const TOO_LARGE: Verdict = { kind: 'expensive', why: `it takes more than ${HEAP_MB} MB of memory` };
const TOO_MUCH_INPUT: Verdict = { kind: 'expensive', why: 'what it reads is too large or nested too deeply' };

declare const FLUXBLUEPRINT_EVALUATOR: string | undefined;

/**
 * The program of the evaluator: a file of its own, because the operator's would load a Kubernetes client first. The
 * bundler says where it lies beside the chunk that this becomes.
 */
const PROGRAM = fileURLToPath(
  new URL(
    typeof FLUXBLUEPRINT_EVALUATOR === 'string' ? FLUXBLUEPRINT_EVALUATOR : './evaluator.ts',
    import.meta.url,
  ),
);

/**
 * Evaluates one expression at a time in a process that is started when it is needed, and killed when an expression runs
 * into a limit. A worker thread would not do: where one allocation passes its heap's limit, V8 ends the whole process,
 * and `--max-old-space-size`, which the Deployment sets, overrides `resourceLimits`.
 */
export class ForkedExpressions implements Expressions {
  readonly #logger: Logger;
  #evaluator: ChildProcess | undefined;
  #last: Promise<void> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  evaluate(
    expression: string,
    variables: Readonly<Record<string, unknown>>,
    patienceMs: number,
  ): Promise<Verdict> {
    return new Promise((resolve) => {
      let patient = true;
      const timer = setTimeout(() => {
        patient = false;
        resolve(LATER);
      }, patienceMs);
      this.#last = this.#last.then(async () => {
        clearTimeout(timer);
        if (patient) resolve(await this.#run(expression, variables));
      });
    });
  }

  close(): void {
    clearTimeout(this.#idle);
    this.#evaluator?.kill('SIGTERM');
    this.#evaluator = undefined;
  }

  async #run(expression: string, variables: Readonly<Record<string, unknown>>): Promise<Verdict> {
    const request = pack(expression, variables);
    if (request === undefined) return TOO_MUCH_INPUT;
    const evaluator = await this.#start();
    if (evaluator === undefined) return LATER;
    const verdict = await ask(evaluator, request);
    this.#idle = setTimeout(() => {
      this.close();
    }, IDLE_MS).unref();
    return verdict;
  }

  /** The evaluator that runs, or a new one; undefined where none can be started. */
  async #start(): Promise<ChildProcess | undefined> {
    clearTimeout(this.#idle);
    if (this.#evaluator !== undefined && isRunning(this.#evaluator)) return this.#evaluator;
    const evaluator = fork(PROGRAM, [], {
      execArgv: [`--max-old-space-size=${HEAP_MB}`, '--max-semi-space-size=2', '--single-threaded'],
      // Nothing of the operator's environment, and none of its Node options.
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
    });
    this.#evaluator = evaluator;
    const ended = new AbortController();
    evaluator
      .once('exit', () => {
        ended.abort();
      })
      .on('error', () => undefined);
    try {
      await once(evaluator, 'message', {
        signal: AbortSignal.any([ended.signal, AbortSignal.timeout(START_MS)]),
      });
      setPriority(evaluator.pid ?? 0, PRIORITY);
    } catch (error) {
      this.#logger.warn('the evaluator of expressions does not start', { error: String(error) });
      this.close();
      return undefined;
    }
    // An evaluator that waits keeps no process alive.
    evaluator.unref();
    evaluator.channel?.unref();
    return evaluator;
  }
}

function isRunning({ exitCode, signalCode, connected }: ChildProcess): boolean {
  return exitCode === null && signalCode === null && connected;
}

/** The request in the form that is sent; undefined where it is too large. */
function pack(...request: readonly unknown[]): Buffer | undefined {
  try {
    const bytes = serialize(request);
    return bytes.length > MAX_REQUEST ? undefined : bytes;
  } catch {
    // The serializer recurses, so deep nesting exhausts its stack.
    return undefined;
  }
}

/** Sends a request to the evaluator, and kills that if it takes too long. */
function ask(evaluator: ChildProcess, request: Buffer): Promise<Verdict> {
  return new Promise((resolve) => {
    const deadline = new Deadline(evaluator.pid ?? 0, () => evaluator.kill('SIGKILL'));
    const settle = (verdict: Verdict): void => {
      deadline.cancel();
      evaluator.off('message', onMessage).off('exit', onExit);
      resolve(verdict);
    };
    const onMessage = (message: unknown): void => {
      settle(message as Verdict);
    };
    const onExit = (_: unknown, signal: NodeJS.Signals | null): void => {
      settle(deadline.passed ? TOO_SLOW : explainEnd(signal));
    };
    evaluator.on('message', onMessage).on('exit', onExit);
    evaluator.send(request, () => undefined);
  });
}

/** What the end of the evaluator says of an expression. V8 aborts the process when the heap is full. */
function explainEnd(signal: NodeJS.Signals | null): Verdict {
  if (signal === null) return FAILED;
  return signal === 'SIGTERM' || signal === 'SIGINT' ? LATER : TOO_LARGE;
}
