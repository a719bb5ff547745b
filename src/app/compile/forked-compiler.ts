/**
 * Large blueprints, compiled in a process of its own (`app/isolation`), because whoever may write one decides how much
 * time and memory that takes. `forked-compiler.ts` is the side of the operator, and `compiler.ts` the program of that
 * process. What is small is compiled by the operator itself, and never comes here.
 */
import type { Block } from '../../core/compile/expense/expense.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { CompileContext } from '../../core/compile/model/context.ts';
import { describeBytes } from '../../core/compile/model/budget.ts';
import { fromPortable } from '../../core/compile/transfer/portable.ts';
import { type SpecVersion, specVersionOf } from '../../core/objects/spec-version.ts';
import type { CompileRequest, Compiler } from '../../operator/context/dependencies.ts';
import type { DigestedObject } from '../../operator/memory/digests.ts';
import { type ApartVerdict, Handover } from '../../operator/memory/handover.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { FairLane } from '../../runtime/fair-lane.ts';
import type { TimeLimits } from '../isolation/deadline.ts';
import { type Answer, IsolatedProcess } from '../isolation/isolated-process.ts';
import { pack } from '../isolation/pack.ts';
import { programBeside } from '../isolation/program.ts';
import type { Batch, Outline } from './compiler.ts';

/**
 * The heap of the process, in MiB. With 96, the heaviest that compile at all spend most of their time on collecting.
 */
const HEAP_MB = 128;
/** How long a blueprint may take to be compiled. The process never waits: the clock counts where it gets no time. */
const COMPILING: TimeLimits = { computedMs: 10_000, passedMs: 120_000 };
/** How long the process may take to read a blueprint, and to answer some objects of it. */
const EXCHANGING: TimeLimits = { computedMs: 2_000, passedMs: 60_000 };

/**
 * How long objects may be needed, in milliseconds, before the next blueprint's come too. What no reconcile has taken by
 * then is dropped. It is shorter than the time for which an idle process is kept, which holds the next ones.
 */
const HANDOVER_MS = 45_000;

/** Options of a {@link ForkedCompiler}. */
export interface ForkedCompilerOptions {
  logger: Logger;
  clock: Clock;
  /** How much time compiling may take. Default: 10 s of the processor, two minutes by the clock. */
  limits?: TimeLimits;
}

/** A blueprint that waits for its turn. */
interface Job {
  request: CompileRequest;
  resolve: (handover: Handover) => void;
}

/** What was compiled, and waits in the other process. */
type Made = Extract<Outline, { ok: true }>;

/** What came of a blueprint's turn, before any object of it is here. */
interface Turn {
  version: SpecVersion | undefined;
  tookMs: number;
  found: ApartVerdict | Made;
}

/** A part of the exchange that did not come about. */
type Broken = Exclude<Answer, { kind: 'answered' }>['kind'];

/** Compiles one blueprint at a time in another process; namespaces take turns. */
export class ForkedCompiler implements Compiler {
  readonly #clock: Clock;
  readonly #limits: TimeLimits;
  readonly #process: IsolatedProcess;
  readonly #lane = new FairLane();
  readonly #jobs = new Map<string, Job>();
  /** What was compiled last and is still needed, and the end of that. */
  #handover: Handover | undefined;
  #free: Promise<void> = Promise.resolve();
  #busy = false;
  #closed = false;

  constructor({ logger, clock, limits = COMPILING }: ForkedCompilerOptions) {
    this.#clock = clock;
    this.#limits = limits;
    const program = programBeside(import.meta.url, 'compiler');
    this.#process = new IsolatedProcess({
      ...{ name: 'compiler of large blueprints', program, logger },
      heapMb: HEAP_MB,
      niceness: 5,
    });
  }

  compile(request: CompileRequest): ReturnType<Compiler['compile']> {
    const { namespace, name } = request.key;
    const id = `${namespace}/${name} ${crypto.randomUUID()}`;
    return new Promise((resolve) => {
      this.#jobs.set(id, { request, resolve });
      this.#lane.push(namespace, id);
      void this.#work();
    });
  }

  close(): void {
    this.#closed = true;
    this.#handover?.finish();
    this.#process.close();
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let id = this.#lane.shift(); id !== undefined; id = this.#lane.shift()) {
      const job = this.#jobs.get(id);
      this.#jobs.delete(id);
      if (job === undefined) continue;
      const handover = await this.#run(job.request);
      job.resolve(handover);
      if (handover.hasObjects && !this.#closed) this.#free = this.#untilFree(handover);
    }
    this.#busy = false;
  }

  /** Waits until objects are needed no more, or for too long. */
  async #untilFree(handover: Handover): Promise<void> {
    this.#handover = handover;
    const lapse = Promise.withResolvers<undefined>();
    const timer = this.#clock.after(HANDOVER_MS, () => {
      if (handover.hasObjects) handover.finish();
      lapse.resolve(undefined);
    });
    await Promise.race([handover.over, lapse.promise]);
    timer.cancel();
    this.#handover = undefined;
  }

  async #run(request: CompileRequest): Promise<Handover> {
    try {
      const { version, tookMs, found } = await this.#readAndCompile(request);
      return new Handover('count' in found ? await this.#receive(found) : found, version, tookMs);
    } catch (error) {
      // Whatever it is: an error that is thrown on would end the turns of all others.
      const why = `it could not be read: ${error instanceof Error ? error.message : String(error)}`;
      return new Handover({ kind: 'failed', why }, undefined, 0);
    }
  }

  /** A function of its own, so that nothing holds the blueprint while its objects wait. */
  async #readAndCompile({ read, context }: CompileRequest): Promise<Turn> {
    const began = this.#clock.monotonic();
    const blueprint = await read();
    if (blueprint === undefined)
      return { version: undefined, tookMs: 0, found: { kind: 'failed', why: 'it is gone' } };
    const found = await this.#compile(blueprint, context);
    return { version: specVersionOf(blueprint), tookMs: this.#clock.monotonic() - began, found };
  }

  async #compile(blueprint: Blueprint, context: CompileContext): Promise<Turn['found']> {
    // The compiler reads neither, and they may be larger than the rest.
    const metadata = { ...blueprint.metadata, managedFields: undefined };
    const request = pack({ ...blueprint, metadata, status: undefined }, context);
    if (request === undefined) return refuse('spec', 'it is nested too deeply to be read');
    if (this.#closed || !(await this.#process.start())) return explain('stopped');
    const read = await this.#process.ask(request, EXCHANGING);
    if (read.kind !== 'answered') return explain(read.kind);
    const asked = { bytes: request.length, environments: blueprint.spec.environments?.length ?? 0 };
    const answer = await this.#process.ask('compile', this.#limits);
    if (answer.kind !== 'answered')
      return this.#explainEnd(answer.kind, { ...asked, heaviest: read.value as Block | undefined });
    const outline = answer.value as Outline;
    return outline.ok ? outline : { kind: 'compiled', compiled: outline };
  }

  /**
   * Takes the objects that were compiled once there is room for them, a batch at a time: each is asked for once the one
   * before was read.
   */
  async #receive({ count, environments }: Made): Promise<ApartVerdict> {
    await this.#free;
    const objects: DigestedObject[] = [];
    while (objects.length < count) {
      const answer = await this.#process.ask('next', EXCHANGING);
      if (answer.kind !== 'answered') return explain(answer.kind);
      for (const { object, digest } of answer.value as Batch)
        objects.push({ object: fromPortable(object), digest });
    }
    return { kind: 'compiled', compiled: { ok: true, objects, environments } };
  }

  #explainEnd(kind: Broken, asked: Asked): ApartVerdict {
    if (kind === 'slow')
      return refuseLarge(`more than ${this.#limits.computedMs / 1000} s of a processor`, asked);
    if (kind === 'large') return refuseLarge(`more than ${HEAP_MB} MB of memory`, asked);
    return explain(kind);
  }
}

/** What a blueprint asked for that was not compiled. */
interface Asked {
  bytes: number;
  environments: number;
  heaviest: Block | undefined;
}

/** What the end of the process in an exchange says, which is bounded whatever the blueprint. */
function explain(kind: Broken): ApartVerdict {
  return { kind: 'failed', why: `the compiler of large blueprints ended (${kind})` };
}

function refuseLarge(what: string, { bytes, environments, heaviest }: Asked): ApartVerdict {
  const size = `it has ${describeBytes(bytes)} and ${environments} environments`;
  const remedy = 'split it, or have fewer components depend on each other';
  const heavy = heaviest !== undefined && heaviest.bytes * heaviest.objects > bytes;
  if (!heavy) return refuse('spec', `compiling the blueprint takes ${what}; ${size}: ${remedy}`);
  const block = `and ${describeBytes(heaviest.bytes)} of it go into each of ${heaviest.objects} objects here`;
  return refuse(heaviest.path, `compiling the blueprint takes ${what}; ${size}, ${block}: ${remedy}`);
}

function refuse(path: string, message: string): ApartVerdict {
  return { kind: 'compiled', compiled: { ok: false, problems: [{ rule: 'too-expensive', path, message }] } };
}
