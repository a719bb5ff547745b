/** What became of an expression. */
export type Verdict =
  /** It has a value. */
  | { kind: 'value'; holds: boolean }
  /** It is wrong, or its value is not a boolean. `why` is for people, and holds nothing of what the expression read. */
  | { kind: 'failed'; why: string }
  /** It takes more than an expression may. `why` says what, for people. */
  | { kind: 'expensive'; why: string }
  /** It was not evaluated, because the evaluator was busy for too long or does not run. */
  | { kind: 'later' };

/** Evaluates CEL that tenants wrote. Whatever they wrote costs bounded time and memory, and blocks nothing. */
export interface Expressions {
  /**
   * Evaluates an expression over its variables.
   *
   * @param patienceMs how long to wait for the evaluator, which takes one expression at a time; then it is `later`
   * @returns never rejects
   */
  evaluate(
    expression: string,
    variables: Readonly<Record<string, unknown>>,
    patienceMs: number,
  ): Promise<Verdict>;
  /** Ends the evaluator; whatever waits for it gets no answer. A later {@link evaluate} starts another one. */
  close(): void;
}
