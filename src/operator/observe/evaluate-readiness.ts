import type { KubeObject } from '../../api/object.ts';
import type { DesiredObject, ExternalDependency } from '../../core/objects/desired.ts';
import type { Verdict } from '../../ports/expressions.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';

/** How long one reconcile may spend on expressions, waiting for the evaluator included, in milliseconds. */
const BUDGET_MS = 1_000;

/**
 * How long a blueprint evaluates nothing after an expression that was too expensive, in milliseconds. All blueprints
 * share one evaluator, of which one blueprint can so have a fiftieth.
 */
const REST_MS = 10_000;

/** A dependency that was found, with the expression that says whether it is ready. */
interface Question {
  object: DesiredObject;
  dependency: ExternalDependency;
  readyExpr: string;
  /** The object, or an outline of it. */
  live: KubeObject;
  /** Reads the whole object; undefined where it cannot be read. */
  readWhole: () => Promise<KubeObject | undefined>;
}

/**
 * Evaluates the expressions of one reconcile, within its budget. The rest waits for another reconcile, which goes on
 * from there, because the answers are remembered.
 */
export class ReadinessEvaluation {
  readonly #context: ReconcileContext;
  readonly #ends: number;

  constructor(context: ReconcileContext) {
    this.#context = context;
    this.#ends = context.deps.clock.monotonic() + BUDGET_MS;
    context.memory.expressions.keepOnly(context.memory.compiled.version);
  }

  /** In what way a dependency is not ready by its expression, in words that follow its name; undefined where it is. */
  async explain(question: Question): Promise<string | undefined> {
    const { expressions } = this.#context.memory;
    const { object, dependency, readyExpr, live } = question;
    const { apiVersion, kind, namespace, name } = dependency;
    const id = JSON.stringify([object.id, apiVersion, kind, namespace, name, readyExpr]);
    const version = `${live.metadata.uid ?? ''} ${live.metadata.resourceVersion ?? ''}`;
    const known = expressions.find(id, version);
    if (known !== undefined) return known.unready;
    const verdict = await this.#evaluate(question);
    if (verdict.kind === 'later') return ', whose readyExpr was not evaluated yet';
    const unready = describe(verdict);
    expressions.record(id, version, unready);
    return unready;
  }

  async #evaluate({ object, readyExpr, readWhole }: Question): Promise<Verdict> {
    const { deps, memory, progress } = this.#context;
    const { expressions } = memory;
    const now = deps.clock.monotonic();
    const patience = this.#ends - now;
    const dep = patience > 0 && now >= expressions.restsUntil ? await readWhole() : undefined;
    const verdict: Verdict =
      dep === undefined
        ? { kind: 'later' }
        : await deps.expressions.evaluate(readyExpr, { dep, self: object.manifest }, patience);
    if (verdict.kind === 'expensive') expressions.restsUntil = deps.clock.monotonic() + REST_MS;
    if (verdict.kind === 'later')
      progress.requeueWithin(Math.max(BUDGET_MS, expressions.restsUntil - deps.clock.monotonic()));
    return verdict;
  }
}

function describe(verdict: Exclude<Verdict, { kind: 'later' }>): string | undefined {
  if (verdict.kind === 'value') return verdict.holds ? undefined : ' (readyExpr)';
  if (verdict.kind === 'failed') return `, whose readyExpr fails: ${verdict.why}`;
  return `, whose readyExpr is too expensive: ${verdict.why}`;
}
