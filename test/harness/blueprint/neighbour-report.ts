import { quantile, round } from '../measure/statistics.ts';

/** What the issue of a change that takes too long is measured by, in milliseconds: a tenant may lose a second. */
const BOUND_MS = 1000;

/** One change of a neighbour's blueprint, in milliseconds. */
export interface Change {
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

/** How the changes of a neighbour fared during an attack, beside how they fared before it in the same run. */
export class NeighbourReport {
  readonly quiet: Latency;
  /** Undefined where not one change was applied. */
  readonly attacked: Latency | undefined;
  readonly #lost: string | undefined;

  /** @param lost what is known of the change that was never applied, if there was one */
  constructor(quiet: Latency, changes: readonly Change[], lost?: string) {
    this.quiet = quiet;
    this.attacked = changes.length === 0 ? undefined : summarizeChanges(changes);
    this.#lost = lost;
  }

  /**
   * What the attack did to the neighbour, in words; a test expects an empty list. A change that was never applied
   * counts, and a p99 over the control that is a second or more above that of the quiet run.
   */
  get harm(): string[] {
    const slower = (this.attacked?.p99OverControlMs ?? 0) - this.quiet.p99OverControlMs;
    return [
      ...(this.#lost === undefined ? [] : [`a change was never applied: ${this.#lost}`]),
      ...(slower < BOUND_MS ? [] : [`changes took ${round(slower)} ms longer (p99): ${this.describe()}`]),
    ];
  }

  /** One line for the output of a test, such as `214 changes of a neighbour: p50 24 ms, p99 61 ms, max 90 ms; …`. */
  describe(): string {
    const during = this.attacked === undefined ? 'no change' : describeLatency(this.attacked);
    return `${during} of a neighbour applied; before that ${describeLatency(this.quiet)}`;
  }
}

function describeLatency({ changes, p50Ms, p99Ms, maxMs, p99OverControlMs }: Latency): string {
  const times = `p50 ${p50Ms} ms, p99 ${p99Ms} ms, max ${maxMs} ms`;
  return `${changes} changes (${times}, p99 over the API server's own time ${p99OverControlMs} ms)`;
}
