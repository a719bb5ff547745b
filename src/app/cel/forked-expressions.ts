/**
 * CEL that tenants write, evaluated in a process of its own (`app/isolation`). `forked-expressions.ts` is the side of
 * the operator, `evaluator.ts` the program of that process, `evaluate.ts` what it does, and `bound-values.ts` what it
 * may make. Only this room knows the CEL library.
 */
import type { Expressions, Verdict } from '../../ports/expressions.ts';
import type { Logger } from '../../ports/logger.ts';
import type { TimeLimits } from '../isolation/deadline.ts';
import { type Answer, IsolatedProcess } from '../isolation/isolated-process.ts';
import { pack } from '../isolation/pack.ts';
import { programBeside } from '../isolation/program.ts';

/** The heap of the evaluator, in MiB. An object of 1.7 MB with 150,000 small fields was seen to take 43 MB. */
const HEAP_MB = 64;
/** The most that an expression may read, in bytes: two objects of the largest size, in the form that is sent. */
const MAX_REQUEST = 8_000_000;
/**
 * How long an expression may take. It cannot wait, so that the clock counts only where the machine has no time for it.
 */
const EVALUATING: TimeLimits = { computedMs: 200, passedMs: 20_000 };

const LATER: Verdict = { kind: 'later' };
const FAILED: Verdict = { kind: 'failed', why: 'it cannot be evaluated' };
const TOO_SLOW: Verdict = { kind: 'expensive', why: `it takes more than ${EVALUATING.computedMs} ms` };
const TOO_LARGE: Verdict = { kind: 'expensive', why: `it takes more than ${HEAP_MB} MB of memory` };
const TOO_MUCH_INPUT: Verdict = { kind: 'expensive', why: 'what it reads is too large or nested too deeply' };

/**
 * Evaluates one expression at a time in a process that is started when it is needed, and killed when an expression runs
 * into a limit. A worker thread would not do: where one allocation passes its heap's limit, V8 ends the whole process,
 * and `--max-old-space-size`, which the Deployment sets, overrides `resourceLimits`.
 */
export class ForkedExpressions implements Expressions {
  readonly #evaluator: IsolatedProcess;
  #last: Promise<void> = Promise.resolve();

  constructor(logger: Logger) {
    const program = programBeside(import.meta.url, 'evaluator');
    this.#evaluator = new IsolatedProcess({
      ...{ name: 'evaluator of expressions', program, logger },
      heapMb: HEAP_MB,
      niceness: 5,
    });
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
    this.#evaluator.close();
  }

  /** Hands over what the expression reads, which takes time by its size, and then has the expression evaluated. */
  async #run(expression: string, variables: Readonly<Record<string, unknown>>): Promise<Verdict> {
    const request = pack(expression, variables);
    if (request === undefined || request.length > MAX_REQUEST) return TOO_MUCH_INPUT;
    if (!(await this.#evaluator.start())) return LATER;
    const read = await this.#evaluator.ask(request, limitReading(request.length));
    if (read.kind !== 'answered') return read.kind === 'slow' ? TOO_MUCH_INPUT : explain(read);
    return explain(await this.#evaluator.ask('evaluate', EVALUATING));
  }
}

/** How long the evaluator may take to read so many bytes. The smaller the fields, the longer it takes. */
function limitReading(bytes: number): TimeLimits {
  return { ...EVALUATING, computedMs: EVALUATING.computedMs + bytes / 1_000 };
}

function explain(answer: Answer): Verdict {
  switch (answer.kind) {
    case 'answered':
      return answer.value as Verdict;
    case 'slow':
      return TOO_SLOW;
    case 'large':
      return TOO_LARGE;
    case 'failed':
      return FAILED;
    case 'stopped':
      return LATER;
  }
}
