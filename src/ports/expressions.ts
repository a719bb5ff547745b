/** Evaluates CEL. */
export interface Expressions {
  /** The value of an expression, which must be a boolean; throws, with words for people, when it is wrong or is none. */
  holds(expression: string, variables: Readonly<Record<string, unknown>>): boolean;
}
