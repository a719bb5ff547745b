/**
 * A rule that the schema's types cannot express. It is written twice in one place, as CEL for the API server and as a
 * predicate for the pure core, so that both refuse the same input with the same message.
 */
export interface Rule<T = unknown> {
  /** CEL, evaluated by the API server with `self`. */
  rule: string;
  /** What is wrong and what is allowed, without the path. */
  message: string;
  /** Where the problem is, as a JSON path below `self` (`.name`). Default: at `self`. */
  fieldPath?: string;
  /** The same rule for the core. A function, so it never reaches the CRD. */
  holds: (self: T) => boolean;
  /** The fields of `self` that break the rule, for the core to name them after the message. Default: none. */
  blame?: (self: T) => readonly string[];
}

/** A rule whose predicate takes `T`: the type is named once, where the rule is written. */
export function rule<T>(definition: Rule<T>): Rule<T> {
  return definition;
}

/**
 * Refuses more or fewer than one of `fields`. It is a sum because the API server's cost estimate accepts that in large
 * lists, where a chain of `has(a) != has(b)` is over the budget.
 */
export function exactlyOneOf<T extends object>(fields: readonly (keyof T & string)[], what: string): Rule<T> {
  return rule<T>({
    rule: `${fields.map((field) => `(has(self.${field}) ? 1 : 0)`).join(' + ')} == 1`,
    message: `${what} needs exactly one of ${fields.join(', ')}`,
    holds: (self) => countPresent(self, fields) === 1,
  });
}

/** Refuses more than one of `fields`. */
export function atMostOneOf<T extends object>(fields: readonly (keyof T & string)[], what: string): Rule<T> {
  return rule<T>({
    rule: `${fields.map((field) => `(has(self.${field}) ? 1 : 0)`).join(' + ')} <= 1`,
    message: `${what} takes at most one of ${fields.join(', ')}`,
    holds: (self) => countPresent(self, fields) <= 1,
  });
}

function countPresent<T extends object>(self: T, fields: readonly (keyof T & string)[]): number {
  return fields.filter((field) => self[field] !== undefined).length;
}
