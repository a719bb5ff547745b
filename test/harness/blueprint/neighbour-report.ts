import { quantile, round } from '../measure/statistics.ts';

/** How much slower an attack may make a neighbour's changes where processors are not short, in milliseconds. */
const BOUND_MS = 1000;

/** One change of a neighbour's blueprint, in milliseconds. */
export interface Change {
  /** When it began (`performance.now()`). */
  beganMs: number;
  /** From before the blueprint is written until the change is seen at the generated object. */
  tookMs: number;
  /** The slowest round of the control in the same moments: two writes, each until it is seen, without an operator. */
  controlMs: number;
}

/** Some changes in numbers. */
export interface Latency {
  /** How many. */
  changes: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  /** The 99th percentile of what a change took over its control: the operator's own share, in milliseconds. */
  p99OverControlMs: number;
}

/** Sums up changes, of which there is at least one. */
export function summarizeChanges(changes: readonly Change[]): Latency {
  const took = changes.map(({ tookMs }) => tookMs);
  const over = changes.map(({ tookMs, controlMs }) => Math.max(0, tookMs - controlMs));
  return {
    changes: changes.length,
    p50Ms: round(quantile(took, 0.5)),
    p99Ms: round(quantile(took, 0.99)),
    maxMs: round(quantile(took, 1)),
    p99OverControlMs: round(quantile(over, 0.99)),
  };
}

/** What a {@link NeighbourReport} is made of. */
export interface Measurement {
  quiet: Latency;
  /** Those during the attack. */
  changes: readonly Change[];
  /** What is known of the change that was never applied, if there was one. */
  lost: string | undefined;
  /** The names of its Kustomizations that somebody deleted. */
  deleted: readonly string[];
  /** By what factor processes were slowed during the attack, because others ran. */
  shortage: number;
}

/** How the changes of a neighbour fared during an attack, beside how they fared before it in the same run. */
export class NeighbourReport {
  readonly quiet: Latency;
  /** Those during the attack. */
  readonly changes: readonly Change[];
  /** Undefined where not one change was applied. */
  readonly attacked: Latency | undefined;
  readonly shortage: number;
  readonly #lost: string | undefined;
  readonly #deleted: readonly string[];

  constructor({ quiet, changes, lost, deleted, shortage }: Measurement) {
    this.quiet = quiet;
    this.changes = changes;
    this.attacked = changes.length === 0 ? undefined : summarizeChanges(changes);
    this.shortage = round(shortage);
    this.#lost = lost;
    this.#deleted = [...deleted];
  }

  /**
   * What the attack did to the neighbour, in words; a test expects an empty list. A change that was never applied
   * counts, an object that somebody deleted, and a p99 over the control that is a second or more above that of the
   * quiet run, or longer by as much as processors are short.
   */
  get harm(): string[] {
    const slower = (this.attacked?.p99OverControlMs ?? 0) - this.quiet.p99OverControlMs;
    return [
      ...(this.#lost === undefined ? [] : [`a change was never applied: ${this.#lost}`]),
      ...this.#deleted.map((name) => `somebody deleted the Kustomization ${name}`),
      ...(slower < BOUND_MS * this.shortage ? [] : [`p99 is ${round(slower)} ms longer: ${this.describe()}`]),
    ];
  }

  /** One line for the output of a test, which begins with `changes of a neighbour`. */
  describe(): string {
    const during = this.attacked === undefined ? 'none was applied' : describeLatency(this.attacked);
    const before = describeLatency(this.quiet);
    return `changes of a neighbour: ${during}, processors short by a factor of ${this.shortage}; before: ${before}`;
  }
}

function describeLatency({ changes, p50Ms, p99Ms, maxMs, p99OverControlMs }: Latency): string {
  const times = `p50 ${p50Ms} ms, p99 ${p99Ms} ms, max ${maxMs} ms`;
  return `${changes} with ${times}, p99 over the API server's own time ${p99OverControlMs} ms`;
}
