/** Evaluates CEL. */
export interface Expressions {
  /**
   * Whether an expression is true. Throws, with a message for people, when it cannot be evaluated or its value is not a
   * boolean.
   */
  holds(expression: string, variables: Readonly<Record<string, unknown>>): boolean;
}
