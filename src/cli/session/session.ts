import { setTimeout as sleep } from 'node:timers/promises';
import type { Layout } from '../../core/text/layout.ts';
import { type Mark, printMessage } from '../../core/text/lines.ts';
import { formatAge } from '../../core/text/age.ts';
import { ExitError, type Streams } from '../terminal/streams.ts';
import { AccessError, type ClusterAccess, type Connect } from './access.ts';
import { CommandError, explainAccess, explainFailure } from './explain-failure.ts';
import type { ClusterFlags } from './flags.ts';
import { layoutFor } from './paint.ts';
import { Progress } from './progress.ts';
import { type Shown, Watching } from './watching.ts';

/** What commands on a cluster run with. */
export interface ClusterTools {
  streams: Omit<Streams, 'read'>;
  connect: Connect;
  /** The time of day, in milliseconds since the epoch. */
  now: () => number;
  /**
   * Asks the person at the terminal, and answers what is typed. Undefined where nobody is there: standard input, or
   * standard error, is no terminal. The signal ends the question.
   */
  ask?: ((question: string, signal: AbortSignal) => Promise<string>) | undefined;
}

/** The exit code of a command that ^C ends, as shells have it. */
const INTERRUPTED = 130;

/** How long a command pauses between two looks at what it waits for, in milliseconds. */
const POLL_MS = 500;

/** How often what is watched is drawn, in milliseconds, and at every how manieth time it is read. */
const SECOND_MS = 1_000;
const LOOK_EVERY = 2;

/** When a command began, in milliseconds of the monotonic clock, and what ends it. */
interface Run {
  started: number;
  signal: AbortSignal;
}

/** One command at work on a cluster. */
export class Session {
  readonly access: ClusterAccess;
  /** The namespace of `-n`, else that of the context. */
  readonly namespace: string;
  /** For standard output. */
  readonly layout: Layout;
  readonly #tools: ClusterTools;
  readonly #messages: Layout;
  readonly #progress: Progress;
  readonly #signal: AbortSignal;
  readonly #color: boolean;
  /** What lasts although the command is interrupted, as the end of a sentence. */
  lasting = '';
  /** Whether ^C is how the command ends, so that there is nothing to say. */
  isWatching = false;

  constructor(access: ClusterAccess, flags: ClusterFlags, tools: ClusterTools, { signal, started }: Run) {
    const { stdout, stderr } = tools.streams.terminals();
    this.access = access;
    this.namespace = flags.namespace ?? access.namespace;
    this.layout = layoutFor(stdout, flags.color, tools.streams.env);
    this.#messages = layoutFor(stderr, flags.color, tools.streams.env);
    this.#tools = tools;
    this.#progress = new Progress(tools.streams.err, this.#messages, stderr.isTerminal, { started });
    this.#progress.set(`asking ${access.description}`);
    this.#signal = signal;
    this.#color = flags.color;
  }

  /** Prints to standard output. */
  print(text: string): void {
    this.#progress.clear();
    this.#tools.streams.out(text);
  }

  /** Says something to people, on standard error. */
  say(mark: Mark, text: string): void {
    this.#progress.clear();
    this.#tools.streams.err(printMessage(mark, text, this.#messages));
  }

  /**
   * Asks the person at the terminal whether to go on. Undefined where nobody is there to be asked.
   *
   * @param question one that `y` or `yes` agrees to
   */
  async confirm(question: string): Promise<boolean | undefined> {
    const { ask } = this.#tools;
    if (ask === undefined) return undefined;
    this.#progress.pause();
    const mark = printMessage('action', `${question} [y/N]`, { ...this.#messages, columns: undefined });
    const answer = await ask(`${mark.trimEnd()} `, this.#signal).catch((failure: unknown) => {
      if (isOver(this.#signal))
        throw new CommandError('nobody has answered within --timeout: nothing was done');
      throw failure;
    });
    return /^y(?:es)?$/i.test(answer.trim());
  }

  /** The time of day, in milliseconds since the epoch. */
  now(): number {
    return this.#tools.now();
  }

  /** For how long it has been running, as an age. */
  get elapsed(): string {
    return formatAge(this.#progress.elapsedMs);
  }

  /**
   * Looks until there is an answer. Answers undefined where `--timeout` is over before. A cluster that has answered
   * once may stop for a while: what is waited for may well be its own restart.
   *
   * @param look answers what was looked for, or in words what is waited for
   */
  async poll<T extends object>(look: () => Promise<T | string>): Promise<T | undefined> {
    let hasAnswered = false;
    try {
      for (;;) {
        const found = await look().catch((failure: unknown) => {
          if (hasAnswered && isOutage(failure)) return 'the cluster does not answer for the moment';
          throw failure;
        });
        if (typeof found !== 'string') return found;
        hasAnswered = true;
        this.#progress.set(found);
        await sleep(POLL_MS, undefined, { signal: this.#signal });
      }
    } catch (failure) {
      if (isOver(this.#signal)) return undefined;
      throw failure;
    }
  }

  /**
   * Shows what it looks at until ^C ends it: on a terminal redrawn in place every second, else printed anew whenever
   * something but an age has changed. A cluster that has answered once may stop for a while.
   *
   * @param look answers how what was read is shown at a moment, in milliseconds since the epoch
   */
  async watch(look: () => Promise<Shown>): Promise<void> {
    const watching = new Watching({
      write: (text) => {
        this.print(text);
      },
      terminal: () => this.#tools.streams.terminals().stdout,
      layout: (terminal) => layoutFor(terminal, this.#color, this.#tools.streams.env),
      now: () => this.now(),
    });
    try {
      for (let second = 0; ; second++) {
        if (second % LOOK_EVERY === 0) await this.#lookOnce(look, watching);
        watching.show(this.#progress.elapsedMs);
        await sleep(SECOND_MS, undefined, { signal: this.#signal });
      }
    } catch (failure) {
      // ^C is how it ends.
      if (!this.#signal.aborted || !this.isWatching) throw failure;
    }
  }

  async #lookOnce(look: () => Promise<Shown>, watching: Watching): Promise<void> {
    try {
      watching.take(await look());
      this.isWatching = true;
      this.#progress.set('');
    } catch (failure) {
      if (!this.isWatching || !isOutage(failure)) throw failure;
      watching.lose();
    }
  }

  /** Ends what it shows, and the connections. */
  async close(): Promise<void> {
    this.#progress.stop();
    await this.access.close();
  }
}

/** Whether a request failed for a reason that may be over in a moment. */
function isOutage(failure: unknown): boolean {
  return failure instanceof AccessError && ['Unreachable', 'Timeout', 'Failing'].includes(failure.reason);
}

/** Whether the time of a command is over; not where ^C ended it. */
function isOver(signal: AbortSignal): boolean {
  const reason: unknown = signal.reason;
  return signal.aborted && reason instanceof DOMException && reason.name === 'TimeoutError';
}

/**
 * Runs a command on a cluster, and tells in a sentence why it fails.
 *
 * @param failed the exit code where it fails. Default: 1
 * @throws ExitError `failed` where it fails, and 130 where ^C ends it
 */
export async function runOnCluster(
  flags: ClusterFlags,
  tools: ClusterTools,
  work: (session: Session) => Promise<void>,
  failed = 1,
): Promise<void> {
  const started = performance.now();
  const interrupt = new AbortController();
  const onInterrupt = (): void => {
    interrupt.abort();
  };
  // A second ^C ends the process at once.
  process.once('SIGINT', onInterrupt);
  const signal = AbortSignal.any([interrupt.signal, AbortSignal.timeout(flags.timeout)]);
  let session: Session | undefined;
  try {
    session = new Session(await tools.connect(flags, signal), flags, tools, { started, signal });
    await work(session);
    if (interrupt.signal.aborted) throw new ExitError(INTERRUPTED);
  } catch (failure) {
    await session?.close();
    if (interrupt.signal.aborted && session?.isWatching === true) throw new ExitError(INTERRUPTED);
    throw explainEnd(failure, interrupt.signal.aborted, { flags, tools, session, failed });
  } finally {
    process.off('SIGINT', onInterrupt);
  }
  await session.close();
}

/** What a command ended with. */
interface EndContext {
  flags: ClusterFlags;
  tools: ClusterTools;
  session: Session | undefined;
  /** The exit code of a failure. */
  failed: number;
}

/** Tells why a command ends early. Answers what to throw on. */
function explainEnd(
  failure: unknown,
  interrupted: boolean,
  { flags, tools, session, failed }: EndContext,
): unknown {
  const say = (text: string): void => {
    tools.streams.err(
      printMessage(
        'failure',
        text,
        layoutFor(tools.streams.terminals().stderr, flags.color, tools.streams.env),
      ),
    );
  };
  if (interrupted) {
    say(`interrupted${session === undefined || session.lasting === '' ? '' : `; ${session.lasting}`}`);
    return new ExitError(INTERRUPTED);
  }
  const why =
    failure instanceof AccessError
      ? explainAccess(failure, session?.access.description ?? 'the cluster')
      : explainFailure(failure);
  if (why === undefined) return failure;
  say(why);
  return new ExitError(failed);
}
